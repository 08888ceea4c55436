// Whether a sampler is exactly one of our classes, so that its decision can be had in another way than by its method.
// Thread: producer, at start. Callers: word-sampler.ts, trace-only.ts, and the providers (isOwnSampler).

import type { Sampler } from '../sdk/types.js';
import { AlwaysOffSampler, AlwaysOnSampler } from './always-samplers.js';
import { ParentBasedSampler } from './parent-based-sampler.js';
import { CompositeSampler } from './probability/composite-sampler.js';
import { ProbabilitySampler } from './probability/probability-sampler.js';
import { TraceIdRatioBasedSampler } from './trace-id-ratio-sampler.js';

type SamplerClass<T> = (abstract new (...args: never[]) => T) & { readonly prototype: T };

/** As written: another shouldSample would be passed over. */
const WRITTEN = new Map<unknown, unknown>(
  [
    AlwaysOnSampler,
    AlwaysOffSampler,
    TraceIdRatioBasedSampler,
    ParentBasedSampler,
    ProbabilitySampler,
    CompositeSampler,
  ].map((samplerClass) => [samplerClass, samplerClass.prototype.shouldSample]),
);

/** An instance of the class itself, neither of a subclass nor with a method replaced (by a test's spy, for example). */
export function isPlain<T extends Sampler>(sampler: Sampler, samplerClass: SamplerClass<T>): sampler is T {
  return (
    typeof sampler === 'object' &&
    sampler !== null &&
    Object.getPrototypeOf(sampler) === samplerClass.prototype &&
    sampler.shouldSample === WRITTEN.get(samplerClass)
  );
}

/** Of one of our classes, or a subclass of theirs. */
export function isOwnSampler(sampler: unknown): boolean {
  for (const samplerClass of WRITTEN.keys()) {
    if (sampler instanceof (samplerClass as SamplerClass<Sampler>)) return true;
  }
  return false;
}
