// The headers `b3` and `x-b3-*`: @opentelemetry/propagator-b3, with what it does wrong put right around it.
// Thread: producer. Callers: create-propagator.ts, users through `offloop/sdk`.
// Specification: Propagators API, B3 Requirements.
//
// Put right: a `b3` header that is none does not hide the other headers, and is matched as a whole; the debug flag
// survives when it came in one encoding and leaves in the other; upper-case ids are accepted and written in lower case;
// `fields()` of several headers does not list the parent id, which is never written; several equal headers are none.

import {
  type Context,
  createContextKey,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
} from '@opentelemetry/api';
import { isSuppressed } from '../context/suppression.js';
import { causeOf, report } from '../lifecycle/diagnostics.js';
import { requireFromPackage } from '../package/installed-package.js';
import { singleHeader } from './header-text.js';

type B3Package = typeof import('@opentelemetry/propagator-b3');

/** An object with the names and values of OTel JS's enum. */
export const B3InjectEncoding = { SINGLE_HEADER: 0, MULTI_HEADER: 1 } as const;
export type B3InjectEncoding = 0 | 1;

export interface B3PropagatorConfig {
  injectEncoding?: B3InjectEncoding;
}

export const B3_CONTEXT_HEADER = 'b3';
export const X_B3_TRACE_ID = 'x-b3-traceid';
export const X_B3_SPAN_ID = 'x-b3-spanid';
export const X_B3_SAMPLED = 'x-b3-sampled';
export const X_B3_PARENT_SPAN_ID = 'x-b3-parentspanid';
export const X_B3_FLAGS = 'x-b3-flags';

const MULTI = [X_B3_TRACE_ID, X_B3_SPAN_ID, X_B3_FLAGS, X_B3_SAMPLED];
const SINGLE_HEADER = /^(?:[0-9a-f]{16}){1,2}-[0-9a-f]{16}(?:-[01d](?:-[0-9a-f]{16})?|-[0-9a-f]{16})?$/;

/** Where propagator-b3 keeps the debug flag: `d` from the single header, `1` from several. */
const DEBUG_FLAG = createContextKey('OpenTelemetry Context Key B3 Debug Flag');

type Headers = Readonly<Record<string, string | undefined>>;

const HEADERS_GETTER: TextMapGetter<Headers> = {
  get: (headers, name) => headers[name],
  keys: (headers) => Object.keys(headers),
};

/** Extracts both encodings, the single header first; injects the single header, or several if so configured. */
export class B3Propagator implements TextMapPropagator {
  readonly #encoding: B3InjectEncoding;
  #delegate: TextMapPropagator | undefined;

  constructor(config: B3PropagatorConfig = {}) {
    this.#encoding =
      config.injectEncoding === B3InjectEncoding.MULTI_HEADER
        ? B3InjectEncoding.MULTI_HEADER
        : B3InjectEncoding.SINGLE_HEADER;
  }

  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    try {
      if (isSuppressed(context)) return;
      const isDebug = context.getValue(DEBUG_FLAG) === '1' || context.getValue(DEBUG_FLAG) === 'd';
      const flag = this.#encoding === B3InjectEncoding.MULTI_HEADER ? '1' : 'd';
      const prepared = isDebug ? context.setValue(DEBUG_FLAG, flag) : context;
      this.#load().inject(prepared, carrier, {
        set: (target, name, value) => setter.set(target, name, value.toLowerCase()),
      });
    } catch (error) {
      report('error', 'propagator', `b3 was not injected: ${causeOf(error)}`);
    }
  }

  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    try {
      const single = singleHeader(getter, carrier, B3_CONTEXT_HEADER)?.trim().toLowerCase();
      if (single !== undefined && SINGLE_HEADER.test(single)) {
        const extracted = this.#extract(context, { [B3_CONTEXT_HEADER]: single });
        if (extracted !== context) return extracted;
      }
      const headers: Record<string, string | undefined> = {};
      for (const name of MULTI) headers[name] = singleHeader(getter, carrier, name)?.trim().toLowerCase();
      return headers[X_B3_TRACE_ID] === undefined ? context : this.#extract(context, headers);
    } catch (error) {
      report('error', 'propagator', `b3 was not extracted: ${causeOf(error)}`);
      return context;
    }
  }

  fields(): string[] {
    return this.#encoding === B3InjectEncoding.MULTI_HEADER ? [...MULTI] : [B3_CONTEXT_HEADER];
  }

  #extract(context: Context, headers: Headers): Context {
    return this.#load().extract(context, headers, HEADERS_GETTER);
  }

  #load(): TextMapPropagator {
    if (this.#delegate === undefined) {
      const { B3Propagator } = requireFromPackage('@opentelemetry/propagator-b3') as B3Package;
      this.#delegate = new B3Propagator({ injectEncoding: this.#encoding as never });
    }
    return this.#delegate;
  }
}
