// The processors of one provider, in the order of their registration: none of them sees what another one throws, and no
// flush or shutdown waits for one that never answers. Thread: producer. Callers: tracer.ts, span.ts,
// basic-tracer-provider.ts. Specification: Trace SDK, "Span processor"; Error handling, "Guidance".
//
// Libraries that add a processor of theirs to the provider they find push it to `_activeSpanProcessor._spanProcessors`: there
// has been no other way since OpenTelemetry JS 2.0. The array is read anew each time.

import type { Context } from '@opentelemetry/api';
import type { ReadableSpan, Span, SpanProcessor } from '../sdk/types.js';
import type { PlugInErrors } from './plug-in-errors.js';

const ROLE = 'SpanProcessor';
const TIMEOUT_MILLIS = 30_000;

export class MultiSpanProcessor implements SpanProcessor {
  /** As OpenTelemetry JS calls it. */
  _spanProcessors: SpanProcessor[];
  readonly #errors: PlugInErrors;
  readonly #givenCount: number;

  constructor(processors: readonly SpanProcessor[], errors: PlugInErrors) {
    this._spanProcessors = [...processors];
    this.#errors = errors;
    this.#givenCount = processors.length;
  }

  get processors(): readonly SpanProcessor[] {
    return this._spanProcessors;
  }

  /** Somebody has put in other processors than were given. */
  get isExtended(): boolean {
    return this._spanProcessors.length > this.#givenCount;
  }

  /** For who calls the processor of a provider instead of the provider. Neither rejects: what fails is reported. */
  async forceFlush(): Promise<void> {
    await this.settle('forceFlush', TIMEOUT_MILLIS);
  }

  async shutdown(): Promise<void> {
    await this.settle('shutdown', TIMEOUT_MILLIS);
  }

  onStart(span: Span, parentContext: Context): void {
    for (const processor of this._spanProcessors) {
      try {
        this.#errors.watch(ROLE, processor, 'onStart', processor.onStart(span, parentContext));
      } catch (error) {
        this.#errors.report(ROLE, processor, 'onStart', error);
      }
    }
  }

  onEnding(span: Span): void {
    for (const processor of this._spanProcessors) {
      try {
        this.#errors.watch(ROLE, processor, 'onEnding', processor.onEnding?.(span));
      } catch (error) {
        this.#errors.report(ROLE, processor, 'onEnding', error);
      }
    }
  }

  onEnd(span: ReadableSpan): void {
    for (const processor of this._spanProcessors) {
      try {
        this.#errors.watch(ROLE, processor, 'onEnd', processor.onEnd(span));
      } catch (error) {
        this.#errors.report(ROLE, processor, 'onEnd', error);
      }
    }
  }

  /** Calls all of them at once; the errors of those that failed or took longer, none if all went well. */
  async settle(method: 'forceFlush' | 'shutdown', timeoutMillis: number): Promise<unknown[]> {
    const processors = [...this._spanProcessors];
    const results = await Promise.all(
      processors.map((processor) => settledWithin(processor, method, timeoutMillis)),
    );
    const errors: unknown[] = [];
    for (const [i, result] of results.entries()) {
      if (result === SETTLED) continue;
      errors.push(result.error);
      this.#errors.report(ROLE, processors[i], method, result.error);
    }
    return errors;
  }
}

const SETTLED = Symbol('settled');

function settledWithin(
  processor: SpanProcessor,
  method: 'forceFlush' | 'shutdown',
  timeoutMillis: number,
): Promise<typeof SETTLED | { error: unknown }> {
  return new Promise((resolve) => {
    // Not unref'd: whoever waits for a flush wants its end, and it comes.
    const timer = setTimeout(() => {
      resolve({ error: new Error(`Span processor did not complete ${method} within ${timeoutMillis} ms`) });
    }, timeoutMillis);
    const settle = (result: typeof SETTLED | { error: unknown }): void => {
      clearTimeout(timer);
      resolve(result);
    };
    try {
      Promise.resolve(processor[method]()).then(
        () => settle(SETTLED),
        (error: unknown) => settle({ error }),
      );
    } catch (error) {
      settle({ error });
    }
  });
}
