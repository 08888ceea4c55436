// Measures in place what the spans of a running application cost its main thread, by timing every call of every
// k-th span, from startSpan to end. Runs in the services of the demo; installed by probe.ts.
//
// The methods are wrapped on the prototypes of the registered tracer and its spans, so that instrumentations which
// already hold a tracer are seen too. A span that is not timed pays one look-up per call, which is not part of the
// figure. Not timed: isRecording and spanContext (shorter than the clock), spans of `offloop/recorder`, and the
// context manager.

import type { Span, Tracer } from '@opentelemetry/api';
import type { SpanCost } from './probe-report.js';

const SPAN_METHODS = [
  'setAttribute',
  'setAttributes',
  'addEvent',
  'addLink',
  'addLinks',
  'setStatus',
  'updateName',
  'recordException',
  'end',
];
/** Spans that never end must not pile up. */
const OPEN_MAX = 256;
const SAMPLES_MAX = 50_000;

type Method = (this: unknown, a: unknown, b: unknown, c: unknown) => unknown;
type Methods = Record<string, Method>;

const nothing: Method = () => undefined;

interface OpenCost {
  millis: number;
  calls: number;
}

export class SpanCostMeter {
  readonly #every: number;
  readonly #now: () => number;
  readonly #open = new Map<object, OpenCost>();
  readonly #wrapped = new WeakSet<object>();
  readonly #samples: OpenCost[] = [];
  /** What timing nothing took, once for each timed span. */
  readonly #clockSamples: number[] = [];
  #untilNext: number;
  // setAttributes may call setAttribute: only the outermost call is timed.
  #timing = false;
  #lastMillis = 0;

  constructor(every: number, now: () => number = () => performance.now()) {
    this.#every = every;
    this.#untilNext = every;
    this.#now = now;
  }

  watch(tracer: Tracer): void {
    const owner = ownerOf(tracer, 'startSpan');
    if (owner === undefined || this.#wrapped.has(owner)) return;
    this.#wrapped.add(owner);
    const original = owner.startSpan as Method;
    const meter = this;
    owner.startSpan = function startSpan(name, options, context) {
      if (--meter.#untilNext > 0 || meter.#timing || meter.#open.size >= OPEN_MAX) {
        return original.call(this, name, options, context);
      }
      meter.#untilNext = meter.#every;
      meter.#time(nothing, undefined, name, options, context);
      const clockMillis = meter.#lastMillis;
      const span = meter.#time(original, this, name, options, context) as Span;
      meter.#begin(span, meter.#lastMillis, clockMillis);
      return span;
    };
  }

  result(): SpanCost | undefined {
    if (this.#samples.length === 0) return undefined;
    this.#clockSamples.sort((a, b) => a - b);
    const clockMillis = quantile(this.#clockSamples, 0.5);
    const nanos = this.#samples.map(({ millis, calls }) => Math.max(0, millis - calls * clockMillis) * 1e6);
    nanos.sort((a, b) => a - b);
    const calls = this.#samples.reduce((sum, sample) => sum + sample.calls, 0);
    return {
      spansTimed: nanos.length,
      callsPerSpan: calls / nanos.length,
      medianNanos: quantile(nanos, 0.5),
      meanNanos: nanos.reduce((sum, value) => sum + value, 0) / nanos.length,
      p99Nanos: quantile(nanos, 0.99),
      clockNanos: clockMillis * 1e6,
    };
  }

  /** Forgets what was measured so far: the first requests of a process cost what its compiler costs. */
  reset(): void {
    this.#open.clear();
    this.#samples.length = 0;
    this.#clockSamples.length = 0;
  }

  #begin(span: Span, millis: number, clockMillis: number): void {
    if (!span.isRecording()) return;
    if (this.#clockSamples.length < SAMPLES_MAX) this.#clockSamples.push(clockMillis);
    for (const name of SPAN_METHODS) this.#wrapSpanMethod(span, name);
    this.#open.set(span, { millis, calls: 1 });
  }

  #wrapSpanMethod(span: Span, name: string): void {
    const owner = ownerOf(span, name);
    const original = owner?.[name];
    if (owner === undefined || original === undefined || this.#wrapped.has(original)) return;
    const meter = this;
    const wrapper: Method = function (a, b, c) {
      const cost = meter.#open.get(this as object);
      if (cost === undefined || meter.#timing) return original.call(this, a, b, c);
      try {
        return meter.#time(original, this, a, b, c);
      } finally {
        cost.millis += meter.#lastMillis;
        cost.calls++;
        if (name === 'end') meter.#finish(this as object, cost);
      }
    };
    this.#wrapped.add(wrapper);
    owner[name] = wrapper;
  }

  #finish(span: object, cost: OpenCost): void {
    this.#open.delete(span);
    if (this.#samples.length < SAMPLES_MAX) this.#samples.push(cost);
  }

  /**
   * Calls and leaves the time it took in #lastMillis. Nothing is timed by the same code, in the same moment and as
   * cold or hot as it is then: calibrated in a loop at the end, the clock seemed dearer than some of the calls.
   */
  #time(method: Method, self: unknown, a: unknown, b: unknown, c: unknown): unknown {
    this.#timing = true;
    const startMillis = this.#now();
    try {
      return method.call(self, a, b, c);
    } finally {
      this.#lastMillis = this.#now() - startMillis;
      this.#timing = false;
    }
  }
}

function ownerOf(instance: object, method: string): Methods | undefined {
  for (let at: object | null = instance; at !== null; at = Object.getPrototypeOf(at) as object | null) {
    if (Object.hasOwn(at, method)) return at as Methods;
  }
  return undefined;
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
