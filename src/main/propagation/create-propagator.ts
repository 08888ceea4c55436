// The propagator of the names in OTEL_PROPAGATORS. Thread: main, at start. Caller: runtime.ts.
//
// Nothing is loaded here: packages come with the first header that needs them.

import type { Context, TextMapGetter, TextMapPropagator, TextMapSetter } from '@opentelemetry/api';
import type { PropagatorName } from '../../shared/config/resolved-config.js';
import { report } from '../lifecycle/diagnostics.js';
import { B3InjectEncoding, B3Propagator } from './b3.js';
import { W3CBaggagePropagator } from './baggage.js';
import { CompositePropagator } from './composite.js';
import { JaegerPropagator } from './jaeger.js';
import { isInstalled, optionalPackage } from './optional-package.js';
import { W3CTraceContextPropagator } from './trace-context.js';

/** Undefined if there is none. One that is not installed is reported and left out. Objects are plug-ins of a file. */
export function createPropagator(
  given: readonly (PropagatorName | TextMapPropagator)[],
): CompositePropagator | undefined {
  const propagators = given
    .map((entry) => (typeof entry === 'string' ? propagatorOf(entry) : entry))
    .filter((propagator) => propagator !== undefined);
  return propagators.length === 0 ? undefined : new CompositePropagator({ propagators });
}

function propagatorOf(name: PropagatorName): TextMapPropagator | undefined {
  switch (name) {
    case 'tracecontext':
      return new W3CTraceContextPropagator();
    case 'baggage':
      return new W3CBaggagePropagator();
    case 'b3':
      return new B3Propagator();
    case 'b3multi':
      return new B3Propagator({ injectEncoding: B3InjectEncoding.MULTI_HEADER });
    case 'jaeger':
      return new JaegerPropagator();
    case 'xray':
      return packagedPropagator(name, '@opentelemetry/propagator-aws-xray', 'AWSXRayPropagator');
    case 'ottrace':
      return packagedPropagator(name, '@opentelemetry/propagator-ot-trace', 'OTTracePropagator');
    case 'none':
      return undefined;
  }
}

function packagedPropagator(
  name: string,
  packageName: string,
  className: string,
): TextMapPropagator | undefined {
  if (isInstalled(packageName)) return new PackagedPropagator(packageName, className);
  report(
    'warn',
    `propagator ${name}`,
    `the propagator ${name} is ignored: install it (npm install ${packageName}) or take it out of the list`,
  );
  return undefined;
}

/** A propagator of an optional package. What it throws, CompositePropagator catches. */
class PackagedPropagator implements TextMapPropagator {
  readonly #packageName: string;
  readonly #className: string;
  #delegate: TextMapPropagator | undefined;

  constructor(packageName: string, className: string) {
    this.#packageName = packageName;
    this.#className = className;
  }

  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    this.#load().inject(context, carrier, setter);
  }

  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    return this.#load().extract(context, carrier, getter);
  }

  fields(): string[] {
    return this.#load().fields();
  }

  #load(): TextMapPropagator {
    if (this.#delegate === undefined) {
      const Propagator = optionalPackage(this.#packageName)?.[this.#className];
      if (typeof Propagator !== 'function')
        throw new TypeError(`${this.#packageName} has no ${this.#className}`);
      this.#delegate = new (Propagator as new () => TextMapPropagator)();
    }
    return this.#delegate;
  }
}
