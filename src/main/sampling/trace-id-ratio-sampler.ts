// Samples a share of the traces, by their ids alone. Thread: producer. Callers: users through `offloop/sdk`,
// word-sampler.ts. Specification: Trace SDK, "TraceIdRatioBased".

import { type Context, isSpanContextValid, isValidTraceId, trace } from '@opentelemetry/api';
import { type Sampler, SamplingDecision, type SamplingResult } from '../sdk/types.js';
import { ChildUseWarning } from './child-use-warning.js';
import { normalizedRatio, ratioBound } from './ratio-bound.js';

/** The ratio of a sampler, for word-sampler.ts; no public member, so that subclasses may have any names. */
export let ratioOf: (sampler: TraceIdRatioBasedSampler) => number;

export class TraceIdRatioBasedSampler implements Sampler {
  readonly #ratio: number;
  readonly #bound: number;
  readonly #childUse = new ChildUseWarning();

  static {
    ratioOf = (sampler) => sampler.#ratio;
  }

  /** 0 to 1; what lies outside counts as the nearest end, what is no number as 0. */
  constructor(ratio = 0) {
    this.#ratio = normalizedRatio(ratio);
    this.#bound = ratioBound(this.#ratio);
  }

  shouldSample(context: unknown, traceId: string): SamplingResult {
    if (hasParent(context)) this.#childUse.warn();
    const sampled = isValidTraceId(traceId) && wordsCombined(traceId) < this.#bound;
    return { decision: sampled ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.NOT_RECORD };
  }

  toString(): string {
    return `TraceIdRatioBased{${this.#ratio}}`;
  }
}

/** The four 32-bit words of a valid id, combined by exclusive or. Digit by digit: no substrings. */
function wordsCombined(traceId: string): number {
  let combined = 0;
  for (let at = 0; at < 32; at++) {
    const code = traceId.charCodeAt(at);
    // 0-9, or a-f of either case.
    const digit = code < 58 ? code - 48 : (code | 32) - 87;
    combined ^= digit << (28 - 4 * (at & 7));
  }
  return combined >>> 0;
}

/** Only for the warning: nobody has to hand in a context, or one that works. */
function hasParent(context: unknown): boolean {
  try {
    const parent = trace.getSpanContext(context as Context);
    return parent !== undefined && isSpanContextValid(parent);
  } catch {
    return false;
  }
}
