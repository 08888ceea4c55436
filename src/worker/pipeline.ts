// Composition root of the export pipeline: feeds -> drain -> batcher -> exporter -> transport, flushes beside it.
// Thread: worker, or the calling thread without workers. Callers: pump-loop.ts turns it, control-server.ts and
// inline.ts ask it. It has no I/O, clock or timer of its own, and never throws.

import type { LaneStart, LargeSent, ProducerChannel, RecordRange, WorkerControl } from '../shared/control.js';
import { LaneState } from '../shared/ring/lane-layout.js';
import { Batcher, type EncoderFactory } from './batcher.js';
import { causeOf, type Diagnostics } from './diagnostics.js';
import { Drain, type DrainEnd } from './drain.js';
import type { BodyPool } from './encode/body-pool.js';
import { type Compress, Exporter } from './exporter.js';
import { Flushes } from './flush.js';
import type { LaneWords } from './lane-words.js';
import { giveUpUnsettled } from './leftovers.js';
import type { CountedProducer } from './producer.js';
import { Producers } from './producers.js';
import type { Scheduler, Transport } from './transport/transport.js';

/** The longest sleep: the beat goes on, and a wall clock that was set is noticed. */
export const HEARTBEAT_MILLIS = 1000;

/**
 * The longest sleep while a flush is under way: a main thread that blocks for it tells a slow collector from a dead
 * worker by the beat (main/lifecycle/flush-sync.ts gives up after a second without one).
 */
export const FLUSH_BEAT_MILLIS = 100;
/** A transport that does not close in this time is left alone: the thread ends anyway. */
const CLOSE_MILLIS_MAX = 1000;

/** Wall clock, and the monotonic process time that producers' performance.now() derives from. */
export interface Clock {
  unixMillis(): number;
  monotonicMillis(): number;
}

export interface PipelineParts {
  readonly start: Pick<LaneStart, 'config' | 'producers' | 'resourceWaitMillis'>;
  readonly words: LaneWords;
  readonly counters: Float64Array;
  readonly scheduler: Scheduler;
  readonly clock: Clock;
  readonly transport: Transport;
  readonly createEncoder: EncoderFactory;
  readonly createProducer: (channel: ProducerChannel) => CountedProducer;
  readonly compress: Compress;
  readonly bodies: BodyPool;
  readonly diagnostics: Diagnostics;
  /** Producers announced since the last call, which need no turn of the event loop for it. Absent: there are none. */
  readonly newcomers?: () => readonly ProducerChannel[];
  /** A producer that ended was let go. */
  readonly onRetired?: (producerId: number) => void;
  /** Called when a pump is wanted before the sleep that the last one allowed is over. */
  readonly onWanted: () => void;
}

export class Pipeline implements Omit<WorkerControl, 'headers' | 'resource'> {
  readonly #parts: PipelineParts;
  readonly #producers: Producers;
  readonly #batcher: Batcher;
  readonly #exporter: Exporter;
  readonly #drain: Drain;
  readonly #flushes: Flushes;
  #drainEnd: DrainEnd = 'empty';
  /** A batch is closed or could be, and waits for a free export slot. */
  #wantsSlot = false;
  /** The first batch waits for late attributes of the resource. */
  #awaitsResource = false;
  #stopping: Promise<boolean> | undefined;
  #stopped = false;

  constructor(parts: PipelineParts) {
    this.#parts = parts;
    const { counters, diagnostics, scheduler, createEncoder } = parts;
    const { batch, exporter } = parts.start.config;
    this.#producers = new Producers({ ...parts, onRetired: (id) => parts.onRetired?.(id) });
    this.#batcher = new Batcher(batch, createEncoder, diagnostics);
    this.#exporter = new Exporter({ ...parts, config: exporter, onSettled: () => this.#onSettled() });
    this.#drain = new Drain(this.#batcher, this.#exporter, scheduler, counters);
    this.#flushes = new Flushes(parts.words, this.#producers.feeds);
    const { resourceWaitMillis = 0 } = parts.start;
    if (resourceWaitMillis > 0) {
      this.#awaitsResource = true;
      this.#exporter.hold(scheduler.now() + resourceWaitMillis);
    }
    for (const producer of parts.start.producers) this.#producers.add(producer);
    parts.words.setState(LaneState.Running);
  }

  get isStopped(): boolean {
    return this.#stopped;
  }

  /** One turn. Returns for how many milliseconds nothing needs to be done; 0 = there is more to do now. */
  pumpOnce(nowMillis: number): number {
    if (this.#stopped) return HEARTBEAT_MILLIS;
    this.#parts.words.beat();
    this.#followClock();
    this.#admit();
    this.#flushes.poll();
    if (this.#awaitsResource && this.#cannotWait()) this.#letGo();
    this.#exporter.startWaiting();
    this.#drainEnd = this.#drain.turn(this.#producers.feeds, nowMillis);
    const wantsClose = this.#wantsClose(nowMillis);
    if (wantsClose && this.#exporter.hasSlot) this.#exporter.submit(this.#batcher.take());
    this.#wantsSlot = this.#drainEnd === 'blocked' || (wantsClose && !this.#batcher.isEmpty);
    this.#flushes.complete();
    this.#producers.sweep();
    return this.#sleepMillis(nowMillis);
  }

  /** Arms the producers' doorbells for a sleep. True if there is work already: do not sleep. */
  arm(): boolean {
    if (this.#stopped) return false;
    const isRequested = this.#flushes.isRequested;
    if (this.#drainEnd === 'blocked') return isRequested;
    return this.#producers.arm(this.#drain.recordsRead === 0) || isRequested;
  }

  disarm(): void {
    this.#producers.disarm();
  }

  flush(timeoutMillis: number): Promise<boolean> {
    if (this.#stopped) return Promise.resolve(true);
    if (this.#flushes.isCrowded) return Promise.resolve(false);
    return this.#flush(timeoutMillis);
  }

  shutdown(timeoutMillis: number): Promise<boolean> {
    this.#stopping ??= this.#stop(timeoutMillis);
    return this.#stopping;
  }

  large(producerId: number, record: ArrayBufferLike): void {
    if (this.#stopped) {
      this.#producers.largeOf(producerId)?.giveUpMissing();
      return;
    }
    this.#producers.receive(producerId, record);
    this.#parts.onWanted();
  }

  /** The resource is what it will be: batches need not wait for it any more. */
  resourceIsComplete(): void {
    if (!this.#awaitsResource) return;
    this.#letGo();
    this.#parts.onWanted();
  }

  /** Of settled records. */
  allDelivered(producerId: number, range: RecordRange): Promise<boolean> {
    const large = this.#producers.largeOf(producerId);
    const ring = this.#producers.ringOf(producerId);
    const lost =
      large === undefined ||
      ring === undefined ||
      large.losses.hasAny(range.largeFrom, range.largeTo) ||
      ring.losses.hasAny(range.from, range.to);
    return Promise.resolve(!lost);
  }

  /** Counts the large records that went down with a dead worker of this lane. */
  adoptLarge(sent: readonly LargeSent[]): void {
    this.#producers.adoptLarge(sent);
  }

  addProducer(channel: ProducerChannel): void {
    this.#producers.add(channel);
    this.#parts.onWanted();
  }

  retireProducer(producerId: number): void {
    // It may have announced itself in the same instant, and its announcement has not been looked at.
    this.#admit();
    this.#producers.retire(producerId);
    this.#parts.onWanted();
  }

  /** Before a flush takes its target: what was announced before it belongs to it. */
  #admit(): void {
    for (const channel of this.#parts.newcomers?.() ?? []) this.#producers.add(channel);
  }

  #flush(timeoutMillis: number): Promise<boolean> {
    const { scheduler, onWanted } = this.#parts;
    this.#admit();
    return new Promise((resolve) => {
      const timer = scheduler.setTimer(() => resolve(false), timeoutMillis);
      this.#flushes.request(() => {
        scheduler.clearTimer(timer);
        resolve(true);
      });
      onWanted();
    });
  }

  #followClock(): void {
    const { clock, diagnostics } = this.#parts;
    const monotonicMillis = clock.monotonicMillis();
    const unixMillis = clock.unixMillis();
    if (this.#producers.followClock(monotonicMillis, unixMillis)) {
      diagnostics.report('info', 'clock step', 'the wall clock was set, or the machine was suspended');
    }
  }

  #letGo(): void {
    this.#awaitsResource = false;
    this.#exporter.hold(0);
  }

  /** A flush, or a ring that fills up, is worth more than attributes that are still being detected. */
  #cannotWait(): boolean {
    return this.#flushes.isActive || this.#isCrowded();
  }

  #isCrowded(): boolean {
    for (const [feed, first] of this.#batcher.batch.firsts) {
      if (feed.isCrowded(first, this.#exporter.inFlight)) return true;
    }
    return false;
  }

  #wantsClose(nowMillis: number): boolean {
    if (this.#batcher.isFull(0) || this.#batcher.dueInMillis(nowMillis) === 0) return true;
    const { batch } = this.#batcher;
    if (this.#drainEnd === 'empty' && (this.#flushes.wants(batch) || this.#producers.wants(batch)))
      return true;
    return this.#isCrowded();
  }

  #sleepMillis(nowMillis: number): number {
    if (this.#drainEnd === 'budget') return 0;
    const { drainIntervalMillis } = this.#parts.start.config;
    const idle = this.#drainEnd === 'blocked' || this.#drain.recordsRead === 0;
    const beatMillis = this.#flushes.isActive ? FLUSH_BEAT_MILLIS : HEARTBEAT_MILLIS;
    const sleepMillis = idle ? beatMillis : Math.min(drainIntervalMillis, beatMillis);
    // What waits for a slot is looked at again when one gets free, or when the destination may be used again.
    if (!this.#wantsSlot && !this.#exporter.hasWaiting) {
      return Math.min(sleepMillis, this.#batcher.dueInMillis(nowMillis));
    }
    const throttledMillis = this.#exporter.throttledMillis;
    return throttledMillis > 0 ? Math.min(sleepMillis, throttledMillis) : sleepMillis;
  }

  #onSettled(): void {
    this.#flushes.complete();
    this.#producers.sweep();
    if (this.#wantsSlot || this.#exporter.hasWaiting || this.#flushes.isActive) this.#parts.onWanted();
  }

  async #stop(timeoutMillis: number): Promise<boolean> {
    const { counters, diagnostics, words } = this.#parts;
    const flushed = await this.#flush(timeoutMillis);
    this.#stopped = true;
    const givenUp = giveUpUnsettled(this.#producers.feeds, this.#batcher, this.#exporter, counters);
    if (givenUp > 0) diagnostics.report('warn', 'shutdown', `${givenUp} spans were not delivered in time`);
    this.#flushes.poll();
    this.#flushes.complete();
    await this.#closeTransport();
    words.setState(LaneState.Stopped);
    return flushed && givenUp === 0;
  }

  #closeTransport(): Promise<void> {
    const { diagnostics, scheduler, transport } = this.#parts;
    return new Promise((resolve) => {
      const timer = scheduler.setTimer(resolve, CLOSE_MILLIS_MAX);
      const close = async () => transport.close();
      close()
        .catch((error) => diagnostics.report('error', 'transport', causeOf(error)))
        .finally(() => {
          scheduler.clearTimer(timer);
          resolve();
        });
    });
  }
}
