// The composable sampler that repeats the parent's decision, with the parent's threshold. Thread: producer.
// Callers: users through `offloop/sdk`, configured-sampler.ts.
// Specification: Trace SDK, "ComposableParentThreshold"; "TraceState: Probability Sampling", "Parent-based threshold".

import { isSpanContextValid, TraceFlags, trace } from '@opentelemetry/api';
import {
  type ComposableSampler,
  checkComposable,
  isOfTraceOnly,
  KEEP_NONE,
  ofTraceOnly,
  type SamplingIntent,
} from './composable.js';
import { readOtEntry } from './ot-trace-state.js';
import { randomnessOf, thresholdDigits } from './threshold.js';

/** Sampled without a threshold: kept, but nobody knows how many it stands for. */
const KEEP_UNCOUNTED: SamplingIntent = Object.freeze({ threshold: 0n, thresholdReliable: false });

/** `root` decides for spans without a parent. */
export function createComposableParentThresholdSampler(root: ComposableSampler): ComposableSampler {
  checkComposable(root, 'createComposableParentThresholdSampler.root');
  const sampler: ComposableSampler = {
    getSamplingIntent(...parameters) {
      const parent = trace.getSpanContext(parameters[0]);
      if (parent === undefined || !isSpanContextValid(parent)) return root.getSamplingIntent(...parameters);
      const sampled = (parent.traceFlags & TraceFlags.SAMPLED) !== 0;
      const { threshold, randomness } = readOtEntry(parent.traceState);
      if (threshold !== undefined) {
        const digits = thresholdDigits(threshold);
        // A threshold that does not explain the parent's flag is not the one by which it was sampled.
        if ((randomness ?? randomnessOf(parent.traceId)) >= digits === sampled) {
          return { threshold: BigInt(`0x${digits}`), thresholdReliable: true };
        }
      }
      return sampled ? KEEP_UNCOUNTED : KEEP_NONE;
    },
    toString: () => `ComposableParentThresholdSampler(rootSampler=${root})`,
  };
  return isOfTraceOnly(root) ? ofTraceOnly(sampler) : sampler;
}
