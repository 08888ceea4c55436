// Both halves of a pool on one thread: what main hears and tells its lanes, and what an attached thread sends. The lanes'
// hosts are written down here instead of being workers.

import { getEnvironmentData, threadId, Worker } from 'node:worker_threads';
import { emptyResource } from '@opentelemetry/resources';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AsyncLocalStorageContextManager } from '../../../../src/main/context/context-manager.js';
import { Lane } from '../../../../src/main/lifecycle/lane.js';
import type { LaneHost } from '../../../../src/main/lifecycle/lane-host.js';
import { readStats, type Stats } from '../../../../src/main/lifecycle/stats.js';
import { AttachedLanes } from '../../../../src/main/threads/attached-lanes.js';
import { findPool } from '../../../../src/main/threads/pool-offer.js';
import { RecordingThreads } from '../../../../src/main/threads/recording-threads.js';
import { AlwaysOnWords } from '../../../../src/main/trace/sampler.js';
import { OffloopTracerProvider } from '../../../../src/main/trace/tracer-provider.js';
import { resolveConfig } from '../../../../src/shared/config/resolve.js';
import type { ProducerChannel } from '../../../../src/shared/control.js';
import { LaneCounter, ProducerCounter } from '../../../../src/shared/counters.js';
import { POOL_KEY, type PoolOffer } from '../../../../src/shared/pool/pool-messages.js';
import { type Place, PoolWords } from '../../../../src/shared/pool/pool-words.js';
import { RingReader } from '../../../../src/shared/ring/reader.js';
import { allScopesOn } from '../../../support/recording-rig.js';

const { config } = resolveConfig({ threadRingBytes: 65_536 }, {}, 'strict');

class HeardHost implements LaneHost {
  readonly ready = Promise.resolve();
  readonly added: ProducerChannel[] = [];
  readonly retired: number[] = [];
  readonly largeRecords: { producerId: number; bytes: number }[] = [];
  addProducer(channel: ProducerChannel): void {
    this.added.push(channel);
  }
  retireProducer(producerId: number): void {
    this.retired.push(producerId);
  }
  large(producerId: number, record: ArrayBufferLike): void {
    this.largeRecords.push({ producerId, bytes: record.byteLength });
  }
  flush = async () => true;
  shutdown = async () => true;
  allDelivered = async () => true;
  headers(): void {}
  resource(): void {}
  async close(): Promise<void> {}
}

class Pool {
  readonly lanes = [new Lane(0), new Lane(1)];
  readonly hosts = [new HeardHost(), new HeardHost()];
  readonly threads = new RecordingThreads({
    config,
    lanes: this.lanes,
    hosts: this.hosts,
    resource: () => ({ entities: [], schemaUrl: '', attributes: [['service.name', 'shop']] }),
  });

  constructor() {
    this.threads.open();
  }

  attach(): Attached {
    const offer = getEnvironmentData(POOL_KEY) as unknown as PoolOffer;
    const words = new PoolWords(offer.words);
    const lanes = new AttachedLanes(words.takePlace(threadId) as Place, offer, words, config);
    this.threads.catchUp();
    return new Attached(lanes);
  }

  /** As the lane's worker does when all of a producer is settled. */
  settle(lane: number, producerId: number): void {
    this.threads.retired(lane, producerId);
  }

  get stats(): Stats {
    return readStats({
      writers: [...this.threads.accountsOf(0), ...this.threads.accountsOf(1)],
      lanes: this.lanes,
      workers: 2,
      workerRestarts: 0,
      threads: this.threads.counts,
    });
  }
}

class Attached {
  readonly lanes: AttachedLanes;
  readonly #tracer;

  constructor(lanes: AttachedLanes) {
    this.lanes = lanes;
    const { recording, defineScope } = lanes.producer;
    const contextManager = new AsyncLocalStorageContextManager();
    const provider = new OffloopTracerProvider({
      recording,
      defineScope,
      contextManager,
      resource: emptyResource(),
      sampler: new AlwaysOnWords(),
      scopes: allScopesOn(),
      forceFlush: async () => true,
      shutdown: async () => true,
    });
    this.#tracer = provider.getTracer('test');
  }

  get id(): number {
    return this.lanes.producer.id;
  }

  record(count: number, characters = 1): void {
    for (let i = 0; i < count; i++) {
      this.#tracer.startSpan('span', { attributes: { text: 'x'.repeat(characters) } }).end();
    }
  }
}

let pool: Pool;
beforeEach(() => {
  pool = new Pool();
});
afterEach(() => pool.threads.end());

test('a thread is made known to every lane, with a ring of its own in each', () => {
  const { id, lanes } = pool.attach();
  const { channels } = lanes.producer;
  expect(pool.hosts.map(({ added }) => added.map((channel) => channel.id))).toEqual([[id], [id]]);
  expect(pool.threads.channelsOf(1).map(({ ring }) => ring.byteLength)).toEqual([
    channels[1]?.ring.byteLength,
  ]);
  expect(pool.threads.counts).toEqual({ recording: 1, ended: 0, refused: 0 });
});

test('the thread that has the pool does not find it', () => {
  expect(findPool()).toBeUndefined();
});

test('what a thread announces twice is known once', async () => {
  const attached = pool.attach();
  await attached.lanes.forceFlush(0);
  attached.record(1);
  await attached.lanes.forceFlush(0);
  pool.threads.catchUp();
  expect(pool.hosts[0]?.added).toHaveLength(1);
});

describe('a thread that left', () => {
  test('is let go when every lane has settled it, and its numbers stay', async () => {
    const attached = pool.attach();
    attached.record(10);
    const { id } = attached;
    for (const [lane, channel] of attached.lanes.producer.channels.entries()) {
      const recorded = new Float64Array(channel.counters)[ProducerCounter.Recorded] as number;
      new Float64Array(channel.settled)[LaneCounter.Delivered] = recorded;
      (pool.lanes[lane] as Lane).counters[LaneCounter.Delivered] = recorded;
    }
    await attached.lanes.shutdown(0);
    pool.threads.catchUp();
    expect(pool.hosts.map(({ retired }) => retired)).toEqual([[id], [id]]);
    pool.settle(0, id);
    expect(pool.threads.counts).toMatchObject({ recording: 1, ended: 0 });
    expect(pool.threads.channelsOf(0), 'a successor in lane 0 has no need of it').toEqual([]);
    expect(pool.threads.channelsOf(1)).toHaveLength(1);
    pool.settle(1, id);
    pool.settle(1, id);
    expect(pool.threads.counts).toEqual({ recording: 0, ended: 1, refused: 0 });
    expect(pool.stats).toMatchObject({ recorded: 10, delivered: 10, droppedTotal: 0, pending: 0 });
    expect(pool.stats.ring.capacityBytes).toBe(0);
  });

  test('gives its place to another one', async () => {
    const attached = pool.attach();
    const { words } = getEnvironmentData(POOL_KEY) as unknown as PoolOffer;
    const places = new PoolWords(words);
    while (places.takePlace(77) !== undefined);
    expect(pool.threads.counts.refused).toBe(1);
    await attached.lanes.shutdown(0);
    pool.threads.catchUp();
    for (const lane of [0, 1]) pool.settle(lane, attached.id);
    expect(places.takePlace(77)?.producerId).toBeGreaterThan(attached.id);
    expect(places.takePlace(77)).toBeUndefined();
  });

  test('gives its place to another one, also if it was terminated before it announced itself', async () => {
    const { words } = getEnvironmentData(POOL_KEY) as unknown as PoolOffer;
    const places = new PoolWords(words);
    const worker = new Worker('setInterval(() => {}, 1000)', { eval: true });
    const place = places.takePlace(worker.threadId);
    const { threadId: id } = worker;
    await worker.terminate();
    expect(place?.index).toBe(0);
    expect(places.placesOf(id)).toEqual([]);
    expect(pool.threads.counts).toMatchObject({ recording: 0, ended: 0 });
  });

  test('is told again to a lane whose worker was replaced meanwhile', async () => {
    const attached = pool.attach();
    await attached.lanes.shutdown(0);
    pool.threads.catchUp();
    pool.threads.laneRestarted(1);
    expect(pool.hosts.map(({ retired }) => retired.length)).toEqual([1, 2]);
    pool.attach();
    pool.threads.laneRestarted(1);
    expect(pool.hosts[1]?.retired, 'one that records has not ended').toHaveLength(3);
  });

  test('in the middle of end() leaves a span that is counted as thread_ended', async () => {
    const attached = pool.attach();
    const counters = new Float64Array(attached.lanes.producer.channels[0]?.counters as SharedArrayBuffer);
    counters[ProducerCounter.Recorded] = (counters[ProducerCounter.Recorded] as number) + 1;
    await attached.lanes.shutdown(0);
    pool.threads.catchUp();
    for (const lane of [0, 1]) pool.settle(lane, attached.id);
    expect(pool.stats).toMatchObject({ recorded: 1, pending: 0, dropped: { thread_ended: 1 } });
  });
});

describe('a record too large for the ring', () => {
  test('goes to its lane by way of main, which gives its room back', () => {
    const attached = pool.attach();
    for (let i = 0; i < 40; i++) attached.record(1, 2_000_000);
    pool.threads.catchUp();
    for (let i = 0; i < 40; i++) attached.record(1, 2_000_000);
    pool.threads.catchUp();
    const sent = pool.hosts.flatMap(({ largeRecords }) => largeRecords);
    const { dropped, largeSpans, recorded } = attached.lanes.stats();
    expect([recorded, sent.length]).toEqual([80, largeSpans]);
    expect(dropped.queue_full).toBe(80 - largeSpans);
    // 64 MiB in flight for each lane, none of which is settled here.
    expect(largeSpans).toBeGreaterThan(40);
    const known = [0, 1].flatMap((lane) => pool.threads.largeSentTo(lane));
    expect(known.reduce((sum, { count }) => sum + count, 0)).toBe(largeSpans);
    expect(known.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(
      sent.reduce((sum, { bytes }) => sum + bytes, 0),
    );
  });

  test('is dropped as queue_full while main has not come to 64 MiB of others', () => {
    const attached = pool.attach();
    for (let i = 0; i < 40; i++) attached.record(1, 2_000_000);
    const { dropped, largeSpans } = attached.lanes.stats();
    expect(largeSpans).toBe(33);
    expect(dropped.queue_full).toBe(7);
  });
});

describe('after the end of the pool', () => {
  test('a thread notices at its next span, and counts what it records as already_shutdown', () => {
    const attached = pool.attach();
    attached.record(5);
    pool.threads.close();
    pool.threads.end();
    attached.record(20);
    const { recording, writers } = attached.lanes.producer;
    expect(recording.closed).toBe(true);
    // One record at the most in each lane that nobody reads, and those that were there.
    const published = writers.reduce((sum, { counters }) => {
      return (
        sum +
        (counters[ProducerCounter.Recorded] as number) -
        (counters[ProducerCounter.DroppedAlreadyShutdown] as number)
      );
    }, 0);
    expect(published).toBeLessThanOrEqual(5 + 1);
    expect(attached.lanes.stats()).toMatchObject({
      recorded: 25,
      pending: 0,
      dropped: { already_shutdown: 25 },
    });
  });

  test('a thread that comes later records nothing', () => {
    pool.threads.close();
    const attached = pool.attach();
    attached.record(3);
    expect(attached.lanes.producer.recording.closed).toBe(true);
    expect(attached.lanes.stats()).toMatchObject({ pending: 0, ring: { usedBytes: 0 } });
  });
});

test('ids of strings are those of the thread that interned them', () => {
  const [first, second] = [pool.attach(), pool.attach()];
  first.record(1);
  second.record(1);
  const arenas = [first, second].map(({ lanes }) => lanes.producer.channels[0]?.arena);
  expect(arenas[0]).not.toBe(arenas[1]);
  for (const { lanes } of [first, second]) {
    const readers = lanes.producer.channels.map(({ ring }) => new RingReader(ring));
    expect(readers.filter((reader) => reader.peek() >= 0)).toHaveLength(1);
  }
});
