// offloop as the sides of a comparison: the runtime that start() makes (ring, arena, transcoder; without a thread), and
// the TracerProvider of offloop/sdk with a plain processor.

import type { Tracer } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '../../src/main/context/context-manager.js';
import { AlwaysOffSampler, AlwaysOnSampler } from '../../src/main/sampling/always-samplers.js';
import { ParentBasedSampler } from '../../src/main/sampling/parent-based-sampler.js';
import { TraceIdRatioBasedSampler } from '../../src/main/sampling/trace-id-ratio-sampler.js';
import { TracerProvider } from '../../src/main/sdk/tracer-provider.js';
import type { ReadableSpan, Sampler } from '../../src/main/sdk/types.js';
import { ArenaReader } from '../../src/shared/arena/reader.js';
import { ClockAnchor } from '../../src/shared/clock-anchor.js';
import { encodeResourceBlob } from '../../src/shared/codec/blobs.js';
import { RingReader } from '../../src/shared/ring/reader.js';
import { Dictionary } from '../../src/worker/encode/dictionary.js';
import { encodeResource } from '../../src/worker/encode/scope-message.js';
import { Transcoder } from '../../src/worker/encode/transcoder.js';
import type { Producer } from '../../src/worker/producer.js';
import { RecordingRig } from '../support/recording-rig.js';
import { collector } from './differences.js';
import { spansOfReadable, spansOfRequest } from './exported-spans.js';
import type { Program, ProgramTracer } from './program.js';
import { ReplayedIds } from './replayed-ids.js';
import type { ExportedSpan, Side, StartedIds } from './run-program.js';
import { ORIGIN_UNIX_MILLIS } from './test-clock.js';

/** The runtime drew them, at random. */
class RandomIds extends ReplayedIds {
  generatesRandomTraceIds(): boolean {
    return true;
  }
}

const RING_BYTES = 1 << 20;
const REQUEST_BYTES_MAX = 1 << 27;
const resource = encodeResource(encodeResourceBlob({ schemaUrl: '', attributes: [] }, () => () => 0))!;

export class RuntimeSide implements Side {
  readonly #rig: RecordingRig;

  constructor({ limits, sampler, randomFlag }: Program) {
    this.#rig = new RecordingRig({
      workers: 1,
      ringBytes: RING_BYTES,
      arenaBytes: 65_536,
      spanLimits: limits,
      sampler,
      randomFlag,
    });
  }

  get contextManager() {
    return this.#rig.contextManager;
  }

  tracer({ name, version, ...options }: ProgramTracer): Tracer {
    return this.#rig.provider.getTracer(name, version, options as object);
  }

  exported(): ExportedSpan[] {
    const channel = this.#rig.channels[0]!;
    const ring = new RingReader(channel.ring);
    const transcoder = new Transcoder(resource, REQUEST_BYTES_MAX);
    const producer: Producer = {
      id: channel.id,
      ring,
      dictionary: new Dictionary(new ArenaReader(channel.arena)),
      anchor: new ClockAnchor(ORIGIN_UNIX_MILLIS),
    };
    for (let offset = ring.peek(); offset >= 0; offset = ring.peek()) {
      if (!transcoder.add(producer, ring.words, ring.bytes, offset))
        throw new Error(`no record at ${offset}`);
      ring.advance();
    }
    for (const { record } of this.#rig.large) {
      if (!transcoder.add(producer, new Int32Array(record), new Uint8Array(record), 0)) {
        throw new Error('a large record cannot be read');
      }
    }
    const { droppedTotal, recorded, internalErrors } = this.#rig.stats;
    if (droppedTotal + internalErrors !== 0 || transcoder.count !== recorded) {
      throw new Error(`${recorded} recorded, ${transcoder.count} encoded, ${droppedTotal} dropped`);
    }
    return spansOfRequest(transcoder.finish());
  }
}

export class SdkSide implements Side {
  readonly contextManager = new AsyncLocalStorageContextManager();
  readonly #finished: ReadableSpan[] = [];
  readonly #provider: TracerProvider;

  constructor({ limits, sampler, randomFlag }: Program, started: readonly StartedIds[]) {
    this.#provider = new TracerProvider({
      spanLimits: limits,
      sampler: sdkSampler(sampler),
      randomFlag,
      idGenerator: new RandomIds(started, 'trace id first'),
      spanProcessors: [collector(this.#finished)],
    });
  }

  tracer({ name, version, ...options }: ProgramTracer): Tracer {
    return this.#provider.getTracer(name, version, options as object);
  }

  exported(): ExportedSpan[] {
    return spansOfReadable(this.#finished);
  }
}

function sdkSampler({ name, ratio }: Program['sampler']): Sampler {
  const base = (): Sampler => {
    if (name.endsWith('always_on')) return new AlwaysOnSampler();
    return name.endsWith('always_off') ? new AlwaysOffSampler() : new TraceIdRatioBasedSampler(ratio);
  };
  return name.startsWith('parentbased_') ? new ParentBasedSampler({ root: base() }) : base();
}
