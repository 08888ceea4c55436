// Readable spans through the offload adapter into a real ring, and from there through the worker's encoder, in process.

import { Lane } from '../../src/main/lifecycle/lane.js';
import { createProducerThread, type ProducerThread } from '../../src/main/lifecycle/producer-thread.js';
import { readStats, type Stats } from '../../src/main/lifecycle/stats.js';
import { ReadableSpanRecorder } from '../../src/main/offload/readable/readable-span-recorder.js';
import type { ReadableSpan } from '../../src/main/sdk/types.js';
import { ArenaReader } from '../../src/shared/arena/reader.js';
import { ClockAnchor } from '../../src/shared/clock-anchor.js';
import type { DecodedResource } from '../../src/shared/codec/decoded-span.js';
import { SPAN_EXTRA } from '../../src/shared/codec/record-layout.js';
import type { StartOptions } from '../../src/shared/config/options.js';
import { resolveConfig } from '../../src/shared/config/resolve.js';
import { RingReader } from '../../src/shared/ring/reader.js';
import { Dictionary } from '../../src/worker/encode/dictionary.js';
import { encodeResource } from '../../src/worker/encode/scope-message.js';
import { Transcoder } from '../../src/worker/encode/transcoder.js';
import type { Producer } from '../../src/worker/producer.js';
import { buildResourceBlob } from './record-builder.js';

const BYTES_MAX = 64 * 1024 * 1024;

export class OffloadHarness {
  readonly recorder: ReadableSpanRecorder;
  readonly large: ArrayBuffer[] = [];
  readonly producer: ProducerThread;
  readonly #lane = new Lane(0);

  constructor(options: StartOptions = {}) {
    const { config } = resolveConfig(options, {}, 'strict');
    this.producer = createProducerThread(1, config, [this.#lane], (_lane, record) => {
      this.large.push(record);
      return true;
    });
    const { recording, defineScope } = this.producer;
    this.recorder = new ReadableSpanRecorder(recording, defineScope);
  }

  get stats(): Stats {
    return readStats({
      writers: this.producer.writers,
      lanes: [this.#lane],
      workers: 1,
      workerRestarts: 0,
    });
  }

  record(...spans: ReadableSpan[]): void {
    for (const span of spans) this.recorder.record(span);
  }

  /** Of those that were not taken yet. */
  recordsWithExtra(): number {
    const ring = new RingReader(this.producer.channels[0].ring);
    let count = 0;
    for (let offset = ring.peek(); offset >= 0; offset = ring.peek()) {
      if (ring.words[(offset >> 2) + SPAN_EXTRA] !== 0) count++;
      ring.advance();
    }
    return count;
  }

  /** The request with everything recorded since the last call. */
  takeRequest(resource: DecodedResource = { schemaUrl: '', attributes: [] }): Uint8Array {
    const parts = encodeResource(buildResourceBlob(resource));
    if (parts === undefined) throw new Error('the resource was refused');
    const transcoder = new Transcoder(parts, BYTES_MAX);
    const channel = this.producer.channels[0];
    const dictionary = new Dictionary(new ArenaReader(channel.arena));
    const producer = { id: 1, dictionary, anchor: new ClockAnchor(0) } as unknown as Producer;
    const ring = new RingReader(channel.ring);
    for (let offset = ring.peek(); offset >= 0; offset = ring.peek()) {
      if (!transcoder.add(producer, ring.words, ring.bytes, offset)) throw new Error('a record was refused');
      ring.advance();
    }
    for (const record of this.large.splice(0)) {
      if (!transcoder.add(producer, new Int32Array(record), new Uint8Array(record), 0)) {
        throw new Error('a large record was refused');
      }
    }
    ring.release(ring.readPosition);
    return transcoder.finish();
  }
}
