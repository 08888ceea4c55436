// A producing thread for pipeline tests: real ring, arena and counters, real records. It counts as main does: recorded
// first, then published, sent over the port, or dropped as queue_full.

import { createArena } from '../../../src/shared/arena/arena-memory.js';
import { ArenaWriter } from '../../../src/shared/arena/writer.js';
import { encodeScopeBlob } from '../../../src/shared/codec/blobs.js';
import { RecordWriter } from '../../../src/shared/codec/record-writer.js';
import { encodeSpan, spanBytesMax } from '../../../src/shared/codec/span-encoder.js';
import type { SpanSource } from '../../../src/shared/codec/span-source.js';
import type { LargeSent, ProducerChannel } from '../../../src/shared/control.js';
import {
  createCounters,
  LANE_COUNTER_COUNT,
  LaneCounter,
  PRODUCER_COUNTER_COUNT,
  ProducerCounter,
} from '../../../src/shared/counters.js';
import { RING_HEAD_WORD, RING_READ_WORD } from '../../../src/shared/ring/layout.js';
import { formatRing, ringControlWords } from '../../../src/shared/ring/ring-memory.js';
import { RingWriter } from '../../../src/shared/ring/writer.js';

const utf8WriteFor = (bytes: Uint8Array) => {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return (text: string, offset: number) => buffer.write(text, offset);
};

export class TestProducer {
  readonly id: number;
  readonly ring: RingWriter;
  readonly counters = createCounters(PRODUCER_COUNTER_COUNT);
  /** Written by the worker. */
  readonly settled = createCounters(LANE_COUNTER_COUNT);
  readonly channel: ProducerChannel;
  readonly #writer: RecordWriter;
  readonly #control: Int32Array;
  readonly #scopeId: number;
  #sequence = 0;

  /** `startPosition` puts the ring's positions near their wrap. */
  constructor(id: number, ringBytes: number, startPosition = 0) {
    this.id = id;
    const ring = formatRing(ringBytes, startPosition);
    const arena = createArena(64 * 1024);
    this.ring = new RingWriter(ring);
    this.#writer = new RecordWriter(this.ring.words, this.ring.bytes, utf8WriteFor(this.ring.bytes));
    this.#control = ringControlWords(ring);
    const scope = { name: `producer-${id}`, version: '', schemaUrl: '', attributes: [] };
    this.#scopeId = new ArenaWriter(arena).append(encodeScopeBlob(scope, utf8WriteFor));
    this.channel = {
      id,
      ring,
      arena,
      counters: this.counters.buffer,
      settled: this.settled.buffer,
      monotonicOriginMillis: 0,
    };
  }

  get recorded(): number {
    return this.counters[ProducerCounter.Recorded];
  }

  get droppedQueueFull(): number {
    return this.counters[ProducerCounter.DroppedQueueFull];
  }

  get largeSent(): LargeSent {
    return {
      producerId: this.id,
      count: this.counters[ProducerCounter.LargeSent],
      bytes: this.counters[ProducerCounter.LargeSentBytes],
    };
  }

  /** What the worker has counted for this producer as delivered or dropped. */
  get settledSpans(): number {
    const outcomes = ['Delivered', 'DroppedRejected', 'DroppedExportFailed', 'DroppedEncodeFailed'] as const;
    const late = ['DroppedShutdownTimeout', 'DroppedQueueFull'] as const;
    return [...outcomes, ...late].reduce((sum, outcome) => sum + this.settled[LaneCounter[outcome]], 0);
  }

  /** Position up to which the worker has released the ring. */
  get head(): number {
    return this.#control[RING_HEAD_WORD];
  }

  /** Position up to which the worker has read. */
  get read(): number {
    return this.#control[RING_READ_WORD];
  }

  get usedBytes(): number {
    return this.ring.usedBytes();
  }

  /** Records one span; `nameLength` sets its size. Returns its span id, or undefined if the ring was full. */
  record(nameLength = 8): string | undefined {
    const span = this.#span(nameLength);
    this.counters[ProducerCounter.Recorded]++;
    const offset = this.ring.claim(spanBytesMax(span), 0);
    if (offset < 0) {
      this.counters[ProducerCounter.DroppedQueueFull]++;
      return undefined;
    }
    this.ring.publish(encodeSpan(this.#writer, offset, span));
    return this.#idOf(span);
  }

  /** As `record`, for a span that goes over the control port. Counted as sent; the caller hands the buffer on. */
  recordLarge(nameLength: number): ArrayBuffer {
    const span = this.#span(nameLength);
    const buffer = new ArrayBuffer(spanBytesMax(span));
    const bytes = new Uint8Array(buffer);
    const length = encodeSpan(new RecordWriter(new Int32Array(buffer), bytes, utf8WriteFor(bytes)), 0, span);
    this.counters[ProducerCounter.Recorded]++;
    this.counters[ProducerCounter.LargeSent]++;
    this.counters[ProducerCounter.LargeSentBytes] += length;
    return buffer.slice(0, length);
  }

  #idOf(span: SpanSource): string {
    return Buffer.from(Int32Array.of(span.spanId0, span.spanId1).buffer).toString('hex');
  }

  #span(nameLength: number): SpanSource {
    return {
      traceId0: 1,
      traceId1: 2,
      traceId2: 3,
      traceId3: 4,
      spanId0: this.id + 1,
      spanId1: ++this.#sequence,
      parentId0: 0,
      parentId1: 0,
      head: 1 | (1 << 8) | (1 << 16),
      startMillis: 1,
      endMillis: 2,
      scopeId: this.#scopeId,
      nameId: 0,
      name: 'n'.repeat(nameLength),
      attributeList: { keys: [], ids: [], values: [], count: 0, bytesMax: 0 },
      extra: undefined,
    };
  }
}
