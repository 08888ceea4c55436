// The other threads of the application that record into this thread's export pool: hears who comes and who is gone, tells the
// lanes, keeps the accounts. Thread: main (the one that started the pool). Caller: lifecycle/export-lanes.ts.
//
// A thread announces itself to the export workers too, and exports while this one is blocked. What only this thread does can
// wait for it: it passes on large records, lets ended threads go, and gives the successor of a dead worker all producers.
//
// Invariant: at rest, and over any number of threads that came and went, what they recorded is delivered or dropped; a
// thread's counters stay where they are until it is let go, and are then added to the totals.

import { threadId } from 'node:worker_threads';
import type { ResolvedConfig } from '../../shared/config/resolved-config.js';
import type { LargeSent, ProducerChannel } from '../../shared/control.js';
import { createCounters, PRODUCER_COUNTER_COUNT } from '../../shared/counters.js';
import type { PooledProducer, PoolMessage, PoolOffer } from '../../shared/pool/pool-messages.js';
import { PoolWords } from '../../shared/pool/pool-words.js';
import { wakeAtOnce } from '../../shared/ring/ring-memory.js';
import type { Lane } from '../lifecycle/lane.js';
import type { LaneHost } from '../lifecycle/lane-host.js';
import { unixMillisAtMonotonicZero } from '../lifecycle/process-clock.js';
import type { ProducerAccount, ThreadCounts } from '../lifecycle/stats.js';
import { randomUuid } from '../trace/ids/entropy.js';
import { PoolEar } from './pool-channel.js';
import { offerPool } from './pool-offer.js';
import { RecordingThread } from './recording-thread.js';
import { type ThreadWatch, watchThreads } from './thread-watch.js';

export interface RecordingThreadsParts {
  readonly config: ResolvedConfig;
  readonly lanes: readonly Lane[];
  /** By lane, once the pool is open. */
  readonly hosts: readonly LaneHost[];
  /** What is known of the resource now. */
  resource(): PoolOffer['resource'];
}

export class RecordingThreads {
  readonly channelName = `offloop.pool.${threadId}.${randomUuid()}`;
  readonly #parts: RecordingThreadsParts;
  readonly #words = new PoolWords();
  readonly #threads = new Map<number, RecordingThread>();
  /** ProducerCounter blocks by lane: threads that were let go. */
  readonly #totals: readonly Float64Array[];
  #ended = 0;
  #ear: PoolEar | undefined;
  #watch: ThreadWatch | undefined;

  constructor(parts: RecordingThreadsParts) {
    this.#parts = parts;
    this.#totals = parts.lanes.map(() => createCounters(PRODUCER_COUNTER_COUNT));
  }

  /** Threads made from now on find the pool. Before its first worker is made. */
  open(): void {
    this.#ear = new PoolEar(this.channelName, (message) => this.#hear(message));
    this.#watch = watchThreads((id) => {
      this.catchUp();
      this.#threadGone(id);
    });
    this.renewOffer();
  }

  /** After the resource has changed. */
  renewOffer(): void {
    const { config, lanes, resource } = this.#parts;
    offerPool({
      channel: this.channelName,
      words: this.#words.memory,
      lanes: lanes.map(({ memory }) => memory),
      config,
      unixMillisAtMonotonicZero: unixMillisAtMonotonicZero(),
      resource: resource(),
    });
  }

  /** Takes up what threads have said so far. */
  catchUp(): void {
    this.#ear?.catchUp();
  }

  get counts(): ThreadCounts {
    return { recording: this.#threads.size, ended: this.#ended, refused: this.#words.refused };
  }

  /** Producers that a new worker of the lane has to know. */
  channelsOf(lane: number): ProducerChannel[] {
    return this.#neededBy(lane).map(({ producer }) => producer.channels[lane]);
  }

  largeSentTo(lane: number): LargeSent[] {
    return this.#neededBy(lane).map(({ producer, lanes }) => ({
      producerId: producer.id,
      count: lanes[lane].largeCount,
      bytes: lanes[lane].largeBytes,
    }));
  }

  /** A worker of the lane has begun anew: it does not know who has ended. */
  laneRestarted(lane: number): void {
    for (const { hasEnded, producer } of this.#neededBy(lane)) {
      if (hasEnded) this.#parts.hosts[lane].retireProducer(producer.id);
    }
  }

  /** The lane has settled everything of a thread that ended. */
  retired(lane: number, producerId: number): void {
    const thread = this.#threads.get(producerId);
    if (thread === undefined || !thread.hasEnded || !thread.settle(lane)) return;
    thread.addTo(this.#totals);
    this.#words.leaveLargeBytes(thread.largeUnderWayBytes);
    this.#threads.delete(producerId);
    this.#words.leavePlace(thread.producer.place);
    this.#ended++;
  }

  /** What all of them counted in a lane: those that record, and the totals of those that ended. */
  accountsOf(lane: number): readonly ProducerAccount[] {
    const accounts: ProducerAccount[] = [{ counters: this.#totals[lane] }];
    for (const { lanes } of this.#threads.values()) accounts.push(lanes[lane]);
    return accounts;
  }

  /** Tells workers once more who is there, for those that were not listening yet. Undefined: nobody is. */
  get announce(): (() => void) | undefined {
    if (this.#threads.size === 0) return undefined;
    return () => {
      for (const { producer } of this.#threads.values()) this.#ear?.say({ kind: 'attach', producer });
    };
  }

  /** From now on threads drop what they record; they notice when they next look at the doorbell. */
  close(): void {
    this.#words.close();
    this.catchUp();
  }

  /** The workers are gone: nobody else rings the doorbells of threads that have not noticed. */
  end(): void {
    this.#words.end();
    this.#watch?.stop();
    this.#ear?.close();
    this.#ear = undefined;
    for (const { producer } of this.#threads.values()) {
      for (const { ring } of producer.channels) wakeAtOnce(ring);
    }
  }

  #hear(message: PoolMessage): void {
    switch (message.kind) {
      case 'attach':
        this.#attach(message.producer);
        return;
      case 'large':
        this.#forward(message.producerId, message.lane, message.record);
        return;
      case 'left':
        this.#retire(this.#threads.get(message.producerId));
        return;
      case 'gone':
        this.#threadGone(message.threadId);
    }
  }

  #attach(producer: PooledProducer): void {
    if (this.#threads.has(producer.id)) return;
    this.#threads.set(producer.id, new RecordingThread(producer));
    for (const [lane, host] of this.#parts.hosts.entries()) host.addProducer(producer.channels[lane]);
  }

  #forward(producerId: number, lane: number, record: SharedArrayBuffer): void {
    this.#words.leaveLargeBytes(record.byteLength);
    const thread = this.#threads.get(producerId);
    if (thread === undefined) return;
    thread.lanes[lane].largeCount++;
    thread.lanes[lane].largeBytes += record.byteLength;
    this.#parts.hosts[lane].large(producerId, record);
  }

  #threadGone(id: number): void {
    const places = new Set(this.#words.placesOf(id));
    for (const thread of this.#threads.values()) {
      if (thread.producer.threadId !== id) continue;
      places.delete(thread.producer.place);
      this.#retire(thread);
    }
    // It was terminated before it could announce itself.
    for (const place of places) this.#words.leavePlace(place);
  }

  #retire(thread: RecordingThread | undefined): void {
    if (thread === undefined || thread.hasEnded) return;
    thread.hasEnded = true;
    for (const host of this.#parts.hosts) host.retireProducer(thread.producer.id);
  }

  #neededBy(lane: number): RecordingThread[] {
    return [...this.#threads.values()].filter((thread) => thread.isNeededBy(lane));
  }
}
