// Hands closed batches to the transport and settles them by its results. Thread: worker. Callers: drain.ts and
// pipeline.ts submit; results come from the transport's promises.
//
// Invariants: at most `maxConcurrentExports` batches are in flight; what waits for a slot holds no bytes of its own
// (the halves of a split batch are encoded again from the ring when their turn comes), except one closed batch. While
// the destination wants to be left alone nothing is started, and what it sent back for that reason waits here: what is
// recorded meanwhile stays in the ring, and is dropped there once that is full.

import type { ExporterConfig } from '../shared/config/resolved-config.js';
import { LaneCounter } from '../shared/counters.js';
import type { ClosedBatch, EncoderFactory } from './batcher.js';
import { causeOf, type Diagnostics } from './diagnostics.js';
import type { BodyPool } from './encode/body-pool.js';
import type { RecordBatch } from './record-batch.js';
import type { Outcome } from './release-queue.js';
import type { ExportResult } from './transport/export-result.js';
import type { Payload, Scheduler, Transport } from './transport/transport.js';

export type Compress = (body: Uint8Array) => Pick<Payload, 'body' | 'encoding'>;

/** A transport answers by its deadline; one that does not is given up this much later, so no slot is lost. */
export const OVERDUE_MILLIS = 1000;

/**
 * So often a batch may come back from a destination that is throttled. More, and a batch that the collector answers in
 * no other way would keep all later ones from it for ever.
 */
export const RETURNS_MAX = 10;

export interface ExporterParts {
  readonly config: Pick<ExporterConfig, 'maxConcurrentExports' | 'maxRequestBytes' | 'timeoutMillis'>;
  readonly transport: Transport;
  readonly scheduler: Scheduler;
  readonly compress: Compress;
  /** Gets bodies back that nobody reads any more. */
  readonly bodies: BodyPool;
  readonly createEncoder: EncoderFactory;
  readonly counters: Float64Array;
  readonly diagnostics: Diagnostics;
  /** After a batch was settled, whatever the result. */
  readonly onSettled: () => void;
}

interface Waiting extends ClosedBatch {
  /** How often it came back from a throttled destination. */
  readonly returns: number;
}

interface Flight {
  readonly batch: RecordBatch;
  readonly returns: number;
  readonly body: Uint8Array;
  timer: unknown;
}

export class Exporter {
  readonly #parts: ExporterParts;
  readonly #flights = new Set<Flight>();
  readonly #waiting: Waiting[] = [];
  #heldUntilMillis = 0;

  constructor(parts: ExporterParts) {
    this.#parts = parts;
    // What a worker that died had under way is in the ring again.
    parts.counters[LaneCounter.SpansInFlight] = 0;
  }

  get inFlight(): number {
    return this.#flights.size;
  }

  /** True if a submitted batch would be sent at once. */
  get hasSlot(): boolean {
    return this.#waiting.length === 0 && this.#hasRoom;
  }

  /** True if a batch waits for a slot, or for the end of a throttling. */
  get hasWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  /** For how long nothing is sent yet: the destination wants to be left alone, or `hold` was asked for. */
  get throttledMillis(): number {
    const { transport, scheduler } = this.#parts;
    const untilMillis = Math.max(this.#heldUntilMillis, transport.notBeforeMillis ?? 0);
    return untilMillis === 0 ? 0 : Math.max(0, untilMillis - scheduler.now());
  }

  /** Nothing is sent before, in the scheduler's time; 0 lets go. */
  hold(untilMillis: number): void {
    this.#heldUntilMillis = untilMillis;
  }

  submit(closed: ClosedBatch): void {
    this.#waiting.push({ ...closed, returns: 0 });
    this.startWaiting();
  }

  /** To be called also when a throttling is over. */
  startWaiting(): void {
    while (this.#waiting.length > 0 && this.#hasRoom) this.#start(this.#waiting.shift()!);
  }

  /** Gives up everything unsettled; results that come later are ignored. */
  abandon(): void {
    for (const flight of this.#flights) {
      this.#parts.scheduler.clearTimer(flight.timer);
      flight.batch.settle(LaneCounter.DroppedShutdownTimeout);
    }
    for (const { batch } of this.#waiting) batch.settle(LaneCounter.DroppedShutdownTimeout);
    this.#flights.clear();
    this.#parts.counters[LaneCounter.SpansInFlight] = 0;
    this.#waiting.length = 0;
  }

  get #hasRoom(): boolean {
    return this.#flights.size < this.#parts.config.maxConcurrentExports && this.throttledMillis === 0;
  }

  #start({ batch, body: encoded, returns }: Waiting): void {
    if (batch.count === 0) return;
    const body = encoded ?? this.#encode(batch);
    if (!body) {
      this.#splitOrDrop(batch, LaneCounter.DroppedEncodeFailed);
      return;
    }
    const { maxRequestBytes } = this.#parts.config;
    if (body.length > maxRequestBytes) {
      this.#tooLarge(batch, `request of ${body.length} bytes, limit ${maxRequestBytes}`);
      return;
    }
    const payload = this.#payload(batch, body);
    this.#parts.counters[LaneCounter.BatchesSent]++;
    this.#parts.counters[LaneCounter.BytesSent] += payload.body.length;
    this.#launch(batch, returns, payload);
  }

  #launch(batch: RecordBatch, returns: number, payload: Payload): void {
    const { scheduler, config } = this.#parts;
    const flight: Flight = { batch, returns, body: payload.body, timer: undefined };
    const overdue: ExportResult = {
      status: 'failure',
      cause: 'the transport gave no answer by its deadline',
    };
    flight.timer = scheduler.setTimer(
      () => this.#land(flight, overdue),
      config.timeoutMillis + OVERDUE_MILLIS,
    );
    this.#flights.add(flight);
    this.#parts.counters[LaneCounter.SpansInFlight] += batch.count;
    this.#send(payload).then((result) => this.#land(flight, result));
  }

  /** The transport's result; a transport that breaks its word and throws is a failure. */
  async #send(payload: Payload): Promise<ExportResult> {
    const { scheduler, config, transport } = this.#parts;
    try {
      return await transport.send(payload, scheduler.now() + config.timeoutMillis);
    } catch (error) {
      return { status: 'failure', cause: causeOf(error) };
    }
  }

  #land(flight: Flight, result: ExportResult): void {
    if (!this.#flights.delete(flight)) return;
    this.#parts.counters[LaneCounter.SpansInFlight] -= flight.batch.count;
    this.#parts.scheduler.clearTimer(flight.timer);
    // After any other result the transport may not be through with it.
    if (result.status === 'success') this.#parts.bodies.give(flight.body);
    this.#settle(flight, result);
    this.startWaiting();
    this.#parts.onSettled();
  }

  #settle({ batch, returns }: Flight, result: ExportResult): void {
    const { diagnostics } = this.#parts;
    switch (result.status) {
      case 'success':
        if (result.rejected > 0) {
          const reason = result.message ?? 'no reason given';
          diagnostics.report('warn', 'spans rejected', `${result.rejected} of ${batch.count}: ${reason}`);
        }
        batch.settleDelivered(result.rejected);
        return;
      case 'too-large':
        this.#tooLarge(batch, result.cause);
        return;
      default:
        if (result.status === 'retryable' && this.throttledMillis > 0 && returns < RETURNS_MAX) {
          this.#waiting.unshift({ batch, body: undefined, returns: returns + 1 });
          return;
        }
        diagnostics.report('warn', 'export failed', `${batch.count} spans dropped: ${result.cause}`);
        batch.settle(LaneCounter.DroppedExportFailed);
    }
  }

  #tooLarge(batch: RecordBatch, cause: string): void {
    if (batch.count === 1) this.#parts.diagnostics.report('warn', 'span too large for the collector', cause);
    this.#splitOrDrop(batch, LaneCounter.DroppedExportFailed);
  }

  /** Halves go before everything else that waits, so at most one split batch per slot is spread out. */
  #splitOrDrop(batch: RecordBatch, outcome: Outcome): void {
    if (batch.count > 1)
      this.#waiting.unshift(...batch.split().map((half) => ({ batch: half, body: undefined, returns: 0 })));
    else batch.settle(outcome);
  }

  #encode(batch: RecordBatch): Uint8Array | undefined {
    try {
      return batch.encode(this.#parts.createEncoder());
    } catch (error) {
      this.#parts.diagnostics.report('error', 'encoder', causeOf(error));
      return undefined;
    }
  }

  #payload(batch: RecordBatch, body: Uint8Array): Payload {
    const { bodies } = this.#parts;
    const compressed = this.#compress(body);
    if (compressed.body !== body) bodies.give(body);
    return { ...compressed, spanCount: batch.count, headroomBytes: bodies.headroomBytes(compressed.body) };
  }

  #compress(body: Uint8Array): Pick<Payload, 'body' | 'encoding'> {
    try {
      return this.#parts.compress(body);
    } catch (error) {
      this.#parts.diagnostics.report('error', 'compressor', causeOf(error));
      return { body, encoding: undefined };
    }
  }
}
