// Makes word samplers of the samplers that users build, where words are all they need, so that
// `new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(0.1) })` costs what `parentbased_traceidratio` costs.
// Thread: producer, at start. Caller: configured-sampler.ts.

import type { Sampler } from '../sdk/types.js';
import {
  AlwaysOffWords,
  AlwaysOnWords,
  ParentDelegateWords,
  ParentFlagWords,
  TraceIdRatioWords,
  type WordSampler,
} from '../trace/sampler.js';
import { AlwaysOffSampler, AlwaysOnSampler } from './always-samplers.js';
import { delegatesOf, ParentBasedSampler } from './parent-based-sampler.js';
import { isPlain } from './plain-instance.js';
import { ratioOf, TraceIdRatioBasedSampler } from './trace-id-ratio-sampler.js';

/** Delegates of delegates of ...: deeper ones take the general path, which recurses anyway. */
const DEPTH_MAX = 16;

/** Undefined: it has to be asked with context and attributes, or it is not exactly one of our classes. */
export function asWordSampler(sampler: Sampler, depth = 0): WordSampler | undefined {
  if (depth > DEPTH_MAX) return undefined;
  if (isPlain(sampler, AlwaysOnSampler)) return new AlwaysOnWords();
  if (isPlain(sampler, AlwaysOffSampler)) return new AlwaysOffWords();
  if (isPlain(sampler, TraceIdRatioBasedSampler)) return new TraceIdRatioWords(ratioOf(sampler));
  if (!isPlain(sampler, ParentBasedSampler)) return undefined;
  const delegates = delegatesOf(sampler);
  const root = asWordSampler(delegates.root, depth + 1);
  const remoteSampled = asWordSampler(delegates.remoteParentSampled, depth + 1);
  const remoteNotSampled = asWordSampler(delegates.remoteParentNotSampled, depth + 1);
  const localSampled = asWordSampler(delegates.localParentSampled, depth + 1);
  const localNotSampled = asWordSampler(delegates.localParentNotSampled, depth + 1);
  if (!root || !remoteSampled || !remoteNotSampled || !localSampled || !localNotSampled) return undefined;
  const isDefault =
    remoteSampled instanceof AlwaysOnWords &&
    localSampled instanceof AlwaysOnWords &&
    remoteNotSampled instanceof AlwaysOffWords &&
    localNotSampled instanceof AlwaysOffWords;
  if (isDefault) return new ParentFlagWords(root);
  return new ParentDelegateWords(root, remoteSampled, remoteNotSampled, localSampled, localNotSampled);
}
