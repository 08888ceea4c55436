// HOT. One lane as a producing thread sees it: its ring, the cursor over the ring's bytes, its counters, the worker's
// bell. Callers: recording.ts, template.ts.

import { RecordWriter } from '../../shared/codec/record-writer.js';
import { ProducerCounter } from '../../shared/counters.js';
import { RingWriter } from '../../shared/ring/writer.js';
import { type DiagnosticLevel, report } from '../lifecycle/diagnostics.js';
import { Doorbell } from './doorbell.js';

/** Kept free for error spans: they are what one looks for after an overload. */
const RESERVED_FRACTION = 16;

export interface LaneParts {
  readonly ring: SharedArrayBuffer;
  readonly laneWords: SharedArrayBuffer;
  readonly counters: Float64Array;
  readonly settled: Float64Array;
  /** Spans that a full ring drops until it is said; 0: never. */
  readonly dropWarningThreshold: number;
}

export class LaneWriter {
  readonly ring: RingWriter;
  readonly writer: RecordWriter;
  readonly doorbell: Doorbell;
  readonly reservedBytes: number;
  /** The ring was full, and has not been half empty since. */
  #dropping = false;
  #droppedBefore = 0;
  readonly #warningThreshold: number;
  /** ProducerCounter block of this thread in this lane. */
  readonly counters: Float64Array;
  /** LaneCounter block of this thread in this lane, written by the worker. */
  readonly settled: Float64Array;
  /** Called when the bell is rung, now and then: for what is worth a look, and must cost nothing. */
  onRing: (() => void) | undefined;

  constructor(parts: LaneParts) {
    this.ring = new RingWriter(parts.ring);
    this.counters = parts.counters;
    this.settled = parts.settled;
    this.onRing = undefined;
    const { words, bytes } = this.ring;
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.writer = new RecordWriter(words, bytes, (value, offset) => text.write(value, offset));
    this.doorbell = new Doorbell(parts.laneWords);
    this.reservedBytes = this.ring.capacity / RESERVED_FRACTION;
    this.#warningThreshold = parts.dropWarningThreshold || Number.POSITIVE_INFINITY;
  }

  publish(bytes: number): void {
    this.ring.publish(bytes);
    this.wake();
  }

  /** Counts a span that found no room, and says so when as many were dropped as the threshold says. */
  dropFull(): void {
    if (!this.#dropping) {
      this.#dropping = true;
      this.#droppedBefore = this.counters[ProducerCounter.DroppedQueueFull];
    }
    this.counters[ProducerCounter.DroppedQueueFull]++;
    if (this.#droppedNow === this.#warningThreshold) {
      quietly('warn', 'queue_full', 'the ring is full: spans are being dropped (queue_full)');
    }
  }

  /** Rings the bell if the worker wants to be woken by what was published. */
  wake(): void {
    if (this.ring.wakeDue()) this.#ring();
  }

  #ring(): void {
    this.counters[ProducerCounter.DoorbellRings]++;
    this.doorbell.ring();
    // Here, not after each publish: the bell is armed by a worker that has caught up.
    if (this.#dropping) this.#reportRelief();
    this.onRing?.();
  }

  /** Far enough below full that dropping will not start again at once. */
  #reportRelief(): void {
    if (this.ring.usedBytes() > this.ring.capacity / 2) return;
    this.#dropping = false;
    const count = this.#droppedNow;
    if (count < this.#warningThreshold) return;
    quietly('info', 'queue_full over', `the ring has room again: ${count} spans were dropped (queue_full)`);
  }

  /** Since the ring became full. */
  get #droppedNow(): number {
    return this.counters[ProducerCounter.DroppedQueueFull] - this.#droppedBefore;
  }
}

/** Where the stack is used up even this throws; then the count has to do. */
function quietly(level: DiagnosticLevel, kind: string, message: string): void {
  try {
    report(level, kind, message);
  } catch {
    // Counted.
  }
}
