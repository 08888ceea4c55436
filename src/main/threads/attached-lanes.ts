// The export pool of another thread, as this thread records into it: rings, arena and counters of its own, the workers of the
// other one. Thread: any but the one that has the pool. Caller: attachment.ts.
//
// Nothing has to be flushed when this thread ends: what it has published is in shared memory, which the workers go on
// reading. So its end only says that there will be no more; and if it is terminated, the thread that made it says so.

import { setTimeout } from 'node:timers/promises';
import { threadId } from 'node:worker_threads';
import { atomicWait } from '../../shared/atomics.js';
import type { ResolvedConfig } from '../../shared/config/resolved-config.js';
import { ProducerCounter } from '../../shared/counters.js';
import type { PoolMessage, PoolOffer } from '../../shared/pool/pool-messages.js';
import type { Place, PoolWords } from '../../shared/pool/pool-words.js';
import { type ExitHooks, installExitHooks } from '../lifecycle/exit-hooks.js';
import { awaitFlush, flushed, requestFlush } from '../lifecycle/flush-sync.js';
import type { Lane } from '../lifecycle/lane.js';
import { createProducerThread, type ProducerThread } from '../lifecycle/producer-thread.js';
import { Mark } from '../lifecycle/settlement.js';
import type { SpanOutlet } from '../lifecycle/span-outlet.js';
import { readStats, type Stats } from '../lifecycle/stats.js';
import { sayOnce } from './pool-channel.js';
import { type ThreadWatch, watchThreads } from './thread-watch.js';

/** Between two requests of a flush, where the first one did not reach a worker. */
const AGAIN_MILLIS = 10;
/** A word that nobody changes. */
const NAP = new SharedArrayBuffer(4);

export class AttachedLanes implements SpanOutlet {
  /** At once: the workers run, or will, and rings wait for them. */
  readonly ready = Promise.resolve();
  readonly producer: ProducerThread;
  readonly #place: number;
  readonly #offer: PoolOffer;
  readonly #words: PoolWords;
  readonly #config: ResolvedConfig;
  readonly #lanes: readonly Pick<Lane, 'memory' | 'words'>[];
  readonly #exitHooks: ExitHooks;
  readonly #watch: ThreadWatch;
  #hasLeft = false;
  #shutdown: Promise<boolean> | undefined;

  constructor(place: Place, offer: PoolOffer, words: PoolWords, config: ResolvedConfig) {
    this.#place = place.index;
    this.#offer = offer;
    this.#words = words;
    this.#config = config;
    this.#lanes = offer.lanes.map((memory) => ({ memory, words: new Int32Array(memory) }));
    const sizes = { ...config, ringBytes: config.threadRingBytes };
    this.producer = createProducerThread(place.producerId, sizes, this.#lanes, (lane, record) =>
      this.#sendLarge(lane, record),
    );
    for (const writer of this.producer.writers) writer.onRing = () => this.#noticeEnd();
    this.#announce();
    // After the announcement: a pool that closes in between hears it, or is seen to be closed here.
    this.#noticeEnd();
    this.#watch = watchThreads((gone) => this.#say({ kind: 'gone', threadId: gone }));
    this.#exitHooks = installExitHooks({
      flush: () => {
        this.#leave();
        return () => {};
      },
      beforeExit: () => undefined,
    });
  }

  /** Asked for by the lane words: what other threads have recorded is flushed with it. */
  async forceFlush(timeoutMillis = this.#config.exporter.timeoutMillis): Promise<boolean> {
    const deadline = performance.now() + timeoutMillis;
    const marks = this.#unsettled();
    while (!marks.every((mark) => mark.isSettled)) {
      if (performance.now() >= deadline || this.#words.isClosed) return false;
      this.#announce();
      await flushed(this.#lanes, requestFlush(this.#lanes), deadline);
      if (!marks.every((mark) => mark.isSettled)) await setTimeout(AGAIN_MILLIS);
    }
    return true;
  }

  flushSync(timeoutMillis = this.#config.exitTimeoutMillis): boolean {
    const deadline = performance.now() + timeoutMillis;
    const marks = this.#unsettled();
    while (!marks.every((mark) => mark.isSettled)) {
      if (performance.now() >= deadline || this.#words.isClosed) return false;
      this.#announce();
      awaitFlush(this.#lanes, requestFlush(this.#lanes), deadline);
      if (!marks.every((mark) => mark.isSettled)) atomicWait(new Int32Array(NAP), 0, 0, AGAIN_MILLIS);
    }
    return true;
  }

  /** Of this thread. Batches and bytes are the pool's, and not in here. */
  stats(): Stats {
    return readStats({
      writers: this.producer.writers,
      lanes: this.producer.writers.map(({ settled }) => ({ counters: settled })),
      workers: this.#lanes.length,
      workerRestarts: 0,
      isFinal: this.#words.hasEnded,
    });
  }

  /** Flushes, and leaves the pool, which goes on. */
  shutdown(timeoutMillis = this.#config.shutdownTimeoutMillis): Promise<boolean> {
    this.#shutdown ??= this.#stop(timeoutMillis);
    return this.#shutdown;
  }

  async #stop(timeoutMillis: number): Promise<boolean> {
    this.producer.recording.closed = true;
    const complete = await this.forceFlush(timeoutMillis);
    this.#leave();
    this.#exitHooks.remove();
    return complete;
  }

  /**
   * What this thread has recorded. A flush that was completed by a worker which did not know of this thread yet, since it has
   * just been born, says nothing of it: so it is looked whether all is settled, and asked again.
   */
  #unsettled(): Mark[] {
    return this.producer.writers.map((writer) => new Mark(writer));
  }

  /** Again before each flush, for workers that have just begun to listen. */
  #announce(): void {
    if (this.#hasLeft) return;
    const { id, channels } = this.producer;
    this.#say({ kind: 'attach', producer: { id, threadId, place: this.#place, channels } });
  }

  /** The other thread has shut the pool down, or its process is ending. */
  #noticeEnd(): void {
    if (this.#words.isClosed) this.producer.recording.closed = true;
  }

  #leave(): void {
    if (this.#hasLeft) return;
    this.#hasLeft = true;
    this.producer.recording.closed = true;
    this.#watch.stop();
    this.#say({ kind: 'left', producerId: this.producer.id });
  }

  /** By way of main, which has the port to the worker. */
  #sendLarge(lane: number, record: ArrayBuffer): boolean {
    const { counters } = this.producer.writers[lane];
    // If this thread is terminated from here on, main gives the bytes back.
    counters[ProducerCounter.LargeUnderWayBytes] = record.byteLength;
    try {
      const shared = new SharedArrayBuffer(record.byteLength);
      new Uint8Array(shared).set(new Uint8Array(record));
      if (!this.#words.takeLargeBytes(record.byteLength)) return false;
      this.#say({ kind: 'large', producerId: this.producer.id, lane, record: shared });
      return true;
    } finally {
      counters[ProducerCounter.LargeUnderWayBytes] = 0;
    }
  }

  #say(message: PoolMessage): void {
    sayOnce(this.#offer.channel, message);
  }
}
