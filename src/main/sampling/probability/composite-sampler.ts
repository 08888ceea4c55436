// A Sampler made of composable ones: it takes their intent, decides, and keeps the tracestate's `ot` entry right.
// Thread: producer. Callers: users through `offloop/sdk`, configured-sampler.ts.
// Specification: Trace SDK, "CompositeSampler".

import {
  type Attributes,
  type Context,
  createTraceState,
  type Link,
  type SpanKind,
  type TraceState,
  trace,
} from '@opentelemetry/api';
import { causeOf, report } from '../../lifecycle/diagnostics.js';
import { type Sampler, SamplingDecision, type SamplingResult } from '../../sdk/types.js';
import { type ComposableSampler, checkComposable, type SamplingIntent } from './composable.js';
import { readOtEntry, writeOtEntry } from './ot-trace-state.js';
import { freshRandomness, isThreshold, randomnessOf, thresholdDigits, thresholdText } from './threshold.js';
import { reportTooLong } from './tracestate-warnings.js';

/** For trace-only.ts; no public member, so that subclasses may have any names. */
export let delegateOf: (sampler: CompositeSampler) => ComposableSampler;

export class CompositeSampler implements Sampler {
  readonly #delegate: ComposableSampler;
  /** Texts of the last threshold: that of a trace is mostly that of the trace before. */
  #lastThreshold = 0n;
  #lastText = '0';
  /** Of roots that are kept with this threshold and nothing else; a tracestate never changes. */
  #rootText: string | undefined;
  #rootResult: SamplingResult | undefined;

  static {
    delegateOf = (sampler) => sampler.#delegate;
  }

  constructor(delegate: ComposableSampler) {
    checkComposable(delegate, 'CompositeSampler.delegate');
    this.#delegate = delegate;
  }

  shouldSample(
    context: Context,
    traceId: string,
    spanName: string,
    spanKind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): SamplingResult {
    const traceState = trace.getSpanContext(context)?.traceState;
    const entry = readOtEntry(traceState);
    const intent = this.#delegate.getSamplingIntent(context, traceId, spanName, spanKind, attributes, links);
    const text = isThreshold(intent.threshold) ? this.#text(intent.threshold) : undefined;
    const reliable = intent.thresholdReliable === true;
    let sampled = false;
    if (text !== undefined) {
      // Where the count is not reliable, the trace's randomness has been used up by a decision that nobody knows.
      const randomness = reliable ? (entry.randomness ?? randomnessOf(traceId)) : freshRandomness();
      sampled = randomness >= thresholdDigits(text);
    }
    const isRoot = traceState === undefined && sampled && reliable && isBare(intent);
    if (isRoot && text === this.#rootText && this.#rootResult !== undefined) return this.#rootResult;
    const decision = sampled ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.NOT_RECORD;
    const update = writeOtEntry(
      updated(traceState, intent, decision),
      entry,
      sampled && reliable ? text : undefined,
    );
    if (update.tooLong) reportTooLong();
    const result: SamplingResult = { decision };
    if (sampled && intent.attributes !== undefined) result.attributes = intent.attributes;
    // None at all would leave the parent's in force, and with it the parent's threshold.
    const nextState = update.traceState ?? (traceState === undefined ? undefined : createTraceState());
    if (nextState !== undefined) result.traceState = nextState;
    if (isRoot) {
      this.#rootText = text;
      this.#rootResult = Object.freeze(result);
    }
    return result;
  }

  toString(): string {
    return `CompositeSampler{${this.#delegate}}`;
  }

  #text(threshold: bigint): string {
    if (threshold !== this.#lastThreshold) {
      this.#lastThreshold = threshold;
      this.#lastText = thresholdText(threshold);
    }
    return this.#lastText;
  }
}

function isBare({ attributes, updateTraceState }: SamplingIntent): boolean {
  return attributes === undefined && updateTraceState === undefined;
}

/** The tracestate as the composable samplers want it; a provider that fails changes nothing. */
function updated(
  traceState: TraceState | undefined,
  intent: SamplingIntent,
  decision: SamplingDecision,
): TraceState | undefined {
  if (intent.updateTraceState === undefined) return traceState;
  try {
    return intent.updateTraceState(traceState, decision);
  } catch (error) {
    report('error', 'tracestate provider', `a sampler's updateTraceState failed: ${causeOf(error)}`);
    return traceState;
  }
}

/** As @opentelemetry/sampler-composite has it. */
export function createCompositeSampler(delegate: ComposableSampler): Sampler {
  return new CompositeSampler(delegate);
}
