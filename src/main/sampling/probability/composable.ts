// What composable samplers are: parts of a CompositeSampler that say how willingly they would sample, and decide nothing.
// The types are those of @opentelemetry/sampler-composite, whose samplers can stand beside ours. Types, two
// constant intents, and the check of what users hand in. Callers: composable-*.ts, composite-sampler.ts, users through `offloop/sdk`.
// Specification: Trace SDK, "ComposableSampler".

import type { Attributes, Context, Link, SpanKind, TraceState } from '@opentelemetry/api';
import { OptionError } from '../../../shared/errors.js';
import type { SamplingDecision } from '../../sdk/types.js';

export type SamplingArguments = [
  context: Context,
  traceId: string,
  spanName: string,
  spanKind: SpanKind,
  attributes: Attributes,
  links: Link[],
];

export interface SamplingIntent {
  /** Rejection threshold of 56 bits: the lower, the more is kept. What is none, a negative number for example: drop. */
  threshold: bigint;
  /** Whether one over the probability counts the spans which a kept one stands for. */
  thresholdReliable: boolean;
  /** For the span, if it is kept. */
  attributes?: Attributes;
  /** May change any entry of the tracestate but `ot`, which is the CompositeSampler's. */
  updateTraceState?: (
    traceState: TraceState | undefined,
    decision: SamplingDecision,
  ) => TraceState | undefined;
}

export interface ComposableSampler {
  getSamplingIntent(...parameters: SamplingArguments): SamplingIntent;
  toString(): string;
}

const traceOnly = new WeakSet<object>();

/** Marks a composable sampler that looks at parent and trace id only (sampling/trace-only.ts says what for), and gives it back. */
export function ofTraceOnly(sampler: ComposableSampler): ComposableSampler {
  traceOnly.add(sampler);
  return sampler;
}

export function isOfTraceOnly(sampler: ComposableSampler): boolean {
  return traceOnly.has(sampler);
}

/** A rule of the rule-based sampler: the first one whose predicate holds decides. */
export type SamplingPredicate = (...parameters: SamplingArguments) => boolean;
export type SamplingRule = [predicate: SamplingPredicate, sampler: ComposableSampler];

export const KEEP_ALL: SamplingIntent = Object.freeze({ threshold: 0n, thresholdReliable: true });
/** Throws an OptionError: without it the first span would tell, and be dropped. */
export function checkComposable(sampler: unknown, option: string): void {
  if (typeof (sampler as Partial<ComposableSampler> | null | undefined)?.getSamplingIntent === 'function')
    return;
  throw new OptionError({
    option,
    value: sampler === null ? 'null' : `a value of type ${typeof sampler}`,
    range: 'a composable sampler: an object with getSamplingIntent()',
    remedy: 'Use createComposableProbabilitySampler(0.1), for example.',
  });
}

/** Minus one, not the specification's null, which the composite sampler of OTel JS would take for zero. */
export const KEEP_NONE: SamplingIntent = Object.freeze({ threshold: -1n, thresholdReliable: false });
