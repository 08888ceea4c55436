// Whether a sampler looks at nothing but the trace: the parent and the trace id. Then it can be asked before attributes and
// links are copied, and a span that it drops never pays for them (measured: two thirds of its cost).
// Thread: producer, when a provider is made. Callers: plug-ins/checked-sampler.ts, plug-ins/words-as-sampler.ts.

import type { Sampler } from '../sdk/types.js';
import { delegatesOf, ParentBasedSampler } from './parent-based-sampler.js';
import { isPlain } from './plain-instance.js';
import { ProbabilitySampler } from './probability/probability-sampler.js';
import { asWordSampler } from './word-sampler.js';

const marked = new WeakSet<Sampler>();

/** For samplers of our own that are no classes. */
export function markTraceOnly(sampler: Sampler): Sampler {
  marked.add(sampler);
  return sampler;
}

export function isTraceOnly(sampler: Sampler): boolean {
  if (asWordSampler(sampler) !== undefined) return true;
  if (isPlain(sampler, ParentBasedSampler)) {
    return Object.values(delegatesOf(sampler)).every(isTraceOnly);
  }
  return isPlain(sampler, ProbabilitySampler) || (typeof sampler === 'object' && marked.has(sampler));
}
