// Consistent probability sampling: keeps a trace if its randomness reaches the threshold, and says so in `ot=th:...`, so
// that backends can count what was not kept. Thread: producer. Callers: users through `offloop/sdk`,
// configured-sampler.ts. Specification: Trace SDK, "ProbabilitySampler".

import { type Context, isSpanContextValid, isValidTraceId, trace } from '@opentelemetry/api';
import { type Sampler, SamplingDecision, type SamplingResult } from '../../sdk/types.js';
import { readOtEntry, writeOtEntry } from './ot-trace-state.js';
import { PRECISION_DEFAULT, randomnessOf, thresholdDigits, thresholdOf, thresholdText } from './threshold.js';
import { RandomnessWarning, reportTooLong } from './tracestate-warnings.js';

export interface ProbabilitySamplerOptions {
  /** Hex digits of the threshold, beyond the leading `f` of a small ratio. Default 4; 1 to 14. */
  precision?: number;
}

export class ProbabilitySampler implements Sampler {
  readonly #ratio: number;
  readonly #threshold: string;
  readonly #digits: string;
  readonly #randomness = new RandomnessWarning();
  /** For roots: nothing of theirs is in it, and a tracestate never changes. */
  readonly #rootResult: SamplingResult;

  /** 2^-56 to 1. Throws an OptionError for anything else. */
  constructor(ratio: number, options: ProbabilitySamplerOptions = {}) {
    this.#threshold = thresholdText(thresholdOf(ratio, options.precision ?? PRECISION_DEFAULT));
    this.#digits = thresholdDigits(this.#threshold);
    this.#ratio = ratio;
    const { traceState } = writeOtEntry(undefined, readOtEntry(undefined), this.#threshold);
    this.#rootResult = Object.freeze({
      decision: SamplingDecision.RECORD_AND_SAMPLED,
      ...(traceState === undefined ? {} : { traceState }),
    });
  }

  shouldSample(context: Context, traceId: string): SamplingResult {
    const parent = trace.getSpanContext(context);
    const traceState = parent?.traceState;
    const entry = readOtEntry(traceState);
    if (entry.randomness === undefined && !isValidTraceId(traceId)) {
      return { decision: SamplingDecision.NOT_RECORD };
    }
    if (entry.randomness === undefined && parent !== undefined && isSpanContextValid(parent)) {
      this.#randomness.warnUnlessRandom(parent.traceFlags);
    }
    const sampled = (entry.randomness ?? randomnessOf(traceId)) >= this.#digits;
    if (traceState === undefined && sampled) return this.#rootResult;
    // A span that is dropped has no threshold: one inherited would be taken for its own.
    const update = writeOtEntry(traceState, entry, sampled ? this.#threshold : undefined);
    if (update.tooLong) reportTooLong();
    const decision = sampled ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.NOT_RECORD;
    return update.traceState === undefined ? { decision } : { decision, traceState: update.traceState };
  }

  toString(): string {
    return `ProbabilitySampler{${this.#ratio}}`;
  }
}
