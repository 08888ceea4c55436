// Follows the parent's decision, or one of five delegates by what the parent is. Thread: producer.
// Callers: users through `offloop/sdk`, word-sampler.ts. Specification: Trace SDK, "ParentBased".

import {
  type Attributes,
  type Context,
  isSpanContextValid,
  type Link,
  type SpanKind,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import { handleErrorLater } from '../plug-ins/late-error-handler.js';
import type { Sampler, SamplingResult } from '../sdk/types.js';
import { parentBasedDescription } from '../trace/sampler.js';
import { AlwaysOffSampler, AlwaysOnSampler } from './always-samplers.js';

export interface ParentBasedSamplerConfig {
  /** For spans without a parent. */
  root: Sampler;
  /** For spans with a remote parent that is sampled. Default AlwaysOnSampler. */
  remoteParentSampled?: Sampler;
  /** For spans with a remote parent that is not sampled. Default AlwaysOffSampler. */
  remoteParentNotSampled?: Sampler;
  /** For spans with a local parent that is sampled. Default AlwaysOnSampler. */
  localParentSampled?: Sampler;
  /** For spans with a local parent that is not sampled. Default AlwaysOffSampler. */
  localParentNotSampled?: Sampler;
}

/** For word-sampler.ts; no public member, so that subclasses may have any names. */
export let delegatesOf: (sampler: ParentBasedSampler) => Required<ParentBasedSamplerConfig>;

export class ParentBasedSampler implements Sampler {
  readonly #delegates: Required<ParentBasedSamplerConfig>;

  static {
    delegatesOf = (sampler) => sampler.#delegates;
  }

  constructor(config: ParentBasedSamplerConfig) {
    const given: Partial<ParentBasedSamplerConfig> = config ?? {};
    if (!given.root) {
      handleErrorLater(new Error('ParentBasedSampler was given no root sampler; AlwaysOnSampler is used'));
    }
    this.#delegates = {
      root: given.root || new AlwaysOnSampler(),
      remoteParentSampled: given.remoteParentSampled ?? new AlwaysOnSampler(),
      remoteParentNotSampled: given.remoteParentNotSampled ?? new AlwaysOffSampler(),
      localParentSampled: given.localParentSampled ?? new AlwaysOnSampler(),
      localParentNotSampled: given.localParentNotSampled ?? new AlwaysOffSampler(),
    };
  }

  shouldSample(
    context: Context,
    traceId: string,
    spanName: string,
    spanKind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): SamplingResult {
    return this.#delegateFor(context).shouldSample(context, traceId, spanName, spanKind, attributes, links);
  }

  toString(): string {
    const delegates = this.#delegates;
    return parentBasedDescription(
      String(delegates.root),
      String(delegates.remoteParentSampled),
      String(delegates.remoteParentNotSampled),
      String(delegates.localParentSampled),
      String(delegates.localParentNotSampled),
    );
  }

  #delegateFor(context: Context): Sampler {
    const delegates = this.#delegates;
    const parent = trace.getSpanContext(context);
    if (parent === undefined || !isSpanContextValid(parent)) return delegates.root;
    const sampled = (parent.traceFlags & TraceFlags.SAMPLED) !== 0;
    if (parent.isRemote === true) {
      return sampled ? delegates.remoteParentSampled : delegates.remoteParentNotSampled;
    }
    return sampled ? delegates.localParentSampled : delegates.localParentNotSampled;
  }
}
