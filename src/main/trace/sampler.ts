// Built-in samplers. Thread: producer. Caller: tracer.ts and record/template.ts, for each span.
// They decide on words and flags: no hex string and no result object is made for a span.
// Specification: Trace SDK, "Built-in samplers". The ratio arithmetic is that of OpenTelemetry JS, bit for bit, so
// that services of both kinds keep the same traces.

import { swapBytes } from '../../shared/codec/ids.js';
import type { ResolvedConfig } from '../../shared/config/resolved-config.js';

/** What a sampler may know of the parent. */
export const ParentKind = { None: 0, NotSampled: 1, Sampled: 2 } as const;

export interface WordSampler {
  readonly description: string;
  /** The words of the trace id are those of the record: wire order, little-endian. */
  isSampled(parent: number, id0: number, id1: number, id2: number, id3: number): boolean;
}

class AlwaysOnSampler implements WordSampler {
  readonly description = 'AlwaysOnSampler';

  isSampled(): boolean {
    return true;
  }
}

class AlwaysOffSampler implements WordSampler {
  readonly description = 'AlwaysOffSampler';

  isSampled(): boolean {
    return false;
  }
}

class TraceIdRatioSampler implements WordSampler {
  readonly description: string;
  readonly #upperBound: number;

  constructor(ratio: number) {
    this.description = `TraceIdRatioBased{${ratio}}`;
    this.#upperBound = Math.floor(ratio * 0xffffffff);
  }

  isSampled(_parent: number, id0: number, id1: number, id2: number, id3: number): boolean {
    return swapBytes(id0 ^ id1 ^ id2 ^ id3) >>> 0 < this.#upperBound;
  }
}

class ParentBasedSampler implements WordSampler {
  readonly description: string;
  readonly #root: WordSampler;

  constructor(root: WordSampler) {
    this.#root = root;
    this.description =
      `ParentBased{root=${root.description}, remoteParentSampled=AlwaysOnSampler, ` +
      'remoteParentNotSampled=AlwaysOffSampler, localParentSampled=AlwaysOnSampler, ' +
      'localParentNotSampled=AlwaysOffSampler}';
  }

  isSampled(parent: number, id0: number, id1: number, id2: number, id3: number): boolean {
    if (parent === ParentKind.None) return this.#root.isSampled(parent, id0, id1, id2, id3);
    return parent === ParentKind.Sampled;
  }
}

export function createSampler(config: ResolvedConfig['sampler']): WordSampler {
  switch (config.name) {
    case 'always_on':
      return new AlwaysOnSampler();
    case 'always_off':
      return new AlwaysOffSampler();
    case 'traceidratio':
      return new TraceIdRatioSampler(config.ratio);
    case 'parentbased_always_on':
      return new ParentBasedSampler(new AlwaysOnSampler());
    case 'parentbased_always_off':
      return new ParentBasedSampler(new AlwaysOffSampler());
    case 'parentbased_traceidratio':
      return new ParentBasedSampler(new TraceIdRatioSampler(config.ratio));
  }
}
