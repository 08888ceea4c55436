// A sampler that decides on words, as the Sampler that SdkTracers ask. Thread: producer.
// Caller: runtime-tracer-provider.ts, for samplers named in the configuration.

import { type Context, isSpanContextValid, trace } from '@opentelemetry/api';
import { hexToWord } from '../../shared/codec/ids.js';
import { markTraceOnly } from '../sampling/trace-only.js';
import { type Sampler, SamplingDecision, type SamplingResult } from '../sdk/types.js';
import { ParentKind, parentKind, type WordSampler } from '../trace/sampler.js';

const SAMPLED: SamplingResult = Object.freeze({ decision: SamplingDecision.RECORD_AND_SAMPLED });
const DROPPED: SamplingResult = Object.freeze({ decision: SamplingDecision.NOT_RECORD });

export function samplerOfWords(words: WordSampler): Sampler {
  return markTraceOnly({
    shouldSample(context, traceId) {
      const isSampled = words.isSampled(
        kindOfParent(context),
        hexToWord(traceId, 0),
        hexToWord(traceId, 8),
        hexToWord(traceId, 16),
        hexToWord(traceId, 24),
      );
      return isSampled ? SAMPLED : DROPPED;
    },
    toString: () => words.description,
  });
}

function kindOfParent(context: Context): number {
  const parent = trace.getSpanContext(context);
  if (parent === undefined || !isSpanContextValid(parent)) return ParentKind.None;
  return parentKind(parent.traceFlags, parent.isRemote === true);
}
