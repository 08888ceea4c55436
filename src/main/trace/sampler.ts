// HOT. Samplers that decide on words and flags: no hex string and no result object is made for a span.
// Thread: producer. Callers: tracer.ts and record/compiled-template.ts, for each span; sampling/word-sampler.ts makes
// them of the classes that users build, runtime.ts of the configured name.
// Specification: Trace SDK, "Built-in samplers". The ratio arithmetic is that of OpenTelemetry JS, bit for bit, so
// that services of both kinds keep the same traces.

import { swapBytes } from '../../shared/codec/ids.js';
import type { ResolvedConfig } from '../../shared/config/resolved-config.js';
import { ChildUseWarning } from '../sampling/child-use-warning.js';
import { ratioBound } from '../sampling/ratio-bound.js';

const SAMPLED = 1;
const PRESENT = 2;
const REMOTE = 4;

/** What a sampler may know of the parent. Bits, so that the usual samplers test one of them: see `parentKind`. */
export const ParentKind = {
  None: 0,
  LocalNotSampled: PRESENT,
  LocalSampled: PRESENT | SAMPLED,
  RemoteNotSampled: PRESENT | REMOTE,
  RemoteSampled: PRESENT | REMOTE | SAMPLED,
} as const;

/** The kind of a parent that is there. */
export function parentKind(traceFlags: number, remote: boolean): number {
  return (traceFlags & SAMPLED) | (remote ? ParentKind.RemoteNotSampled : ParentKind.LocalNotSampled);
}

export interface WordSampler {
  readonly description: string;
  /** The words of the trace id are those of the record: wire order, little-endian. */
  isSampled(parent: number, id0: number, id1: number, id2: number, id3: number): boolean;
}

export class AlwaysOnWords implements WordSampler {
  readonly description = 'AlwaysOnSampler';

  isSampled(): boolean {
    return true;
  }
}

export class AlwaysOffWords implements WordSampler {
  readonly description = 'AlwaysOffSampler';

  isSampled(): boolean {
    return false;
  }
}

export class TraceIdRatioWords implements WordSampler {
  readonly description: string;
  readonly #bound: number;
  readonly #childUse = new ChildUseWarning();

  constructor(ratio: number) {
    this.description = `TraceIdRatioBased{${ratio}}`;
    this.#bound = ratioBound(ratio);
  }

  isSampled(parent: number, id0: number, id1: number, id2: number, id3: number): boolean {
    if (parent !== ParentKind.None) this.#childUse.warn();
    return swapBytes(id0 ^ id1 ^ id2 ^ id3) >>> 0 < this.#bound;
  }
}

/** Parent-based with the default delegates: the parent's flag decides, wherever the parent is. */
export class ParentFlagWords implements WordSampler {
  readonly description: string;
  readonly #root: WordSampler;

  constructor(root: WordSampler) {
    this.#root = root;
    this.description = parentBasedDescription(root.description);
  }

  isSampled(parent: number, id0: number, id1: number, id2: number, id3: number): boolean {
    if (parent === ParentKind.None) return this.#root.isSampled(parent, id0, id1, id2, id3);
    return (parent & SAMPLED) !== 0;
  }
}

/** Parent-based with delegates of the user's choice. */
export class ParentDelegateWords implements WordSampler {
  readonly description: string;
  /** By ParentKind. */
  readonly #delegates: readonly WordSampler[];

  constructor(
    root: WordSampler,
    remoteParentSampled: WordSampler,
    remoteParentNotSampled: WordSampler,
    localParentSampled: WordSampler,
    localParentNotSampled: WordSampler,
  ) {
    // Filled where no kind is: an array with holes is slower to read.
    const delegates = Array<WordSampler>(ParentKind.RemoteSampled + 1).fill(root);
    delegates[ParentKind.RemoteSampled] = remoteParentSampled;
    delegates[ParentKind.RemoteNotSampled] = remoteParentNotSampled;
    delegates[ParentKind.LocalSampled] = localParentSampled;
    delegates[ParentKind.LocalNotSampled] = localParentNotSampled;
    this.#delegates = delegates;
    this.description = parentBasedDescription(
      root.description,
      remoteParentSampled.description,
      remoteParentNotSampled.description,
      localParentSampled.description,
      localParentNotSampled.description,
    );
  }

  isSampled(parent: number, id0: number, id1: number, id2: number, id3: number): boolean {
    return this.#delegates[parent].isSampled(parent, id0, id1, id2, id3);
  }
}

export function parentBasedDescription(
  root: string,
  remoteParentSampled = 'AlwaysOnSampler',
  remoteParentNotSampled = 'AlwaysOffSampler',
  localParentSampled = 'AlwaysOnSampler',
  localParentNotSampled = 'AlwaysOffSampler',
): string {
  return (
    `ParentBased{root=${root}, remoteParentSampled=${remoteParentSampled}, ` +
    `remoteParentNotSampled=${remoteParentNotSampled}, localParentSampled=${localParentSampled}, ` +
    `localParentNotSampled=${localParentNotSampled}}`
  );
}

/** Undefined: the sampler of this name needs more than words (sampling/configured-sampler.ts makes it). */
export function createWordSampler({ name, ratio }: ResolvedConfig['sampler']): WordSampler | undefined {
  switch (name) {
    case 'always_on':
      return new AlwaysOnWords();
    case 'always_off':
      return new AlwaysOffWords();
    case 'traceidratio':
      return new TraceIdRatioWords(ratio);
    case 'parentbased_always_on':
      return new ParentFlagWords(new AlwaysOnWords());
    case 'parentbased_always_off':
      return new ParentFlagWords(new AlwaysOffWords());
    case 'parentbased_traceidratio':
      return new ParentFlagWords(new TraceIdRatioWords(ratio));
    default:
      return undefined;
  }
}
