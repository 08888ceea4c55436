// The whole worker without a thread: real rings, readers, encoder and retries; scripted clock and transport. Tests pump it
// by hand, or let `run` pump it exactly when the real wait strategy would.

import { encodeResourceBlob } from '../../../src/shared/codec/blobs.js';
import type { ResolvedConfig } from '../../../src/shared/config/resolved-config.js';
import type { ProducerChannel } from '../../../src/shared/control.js';
import { createCounters, LANE_COUNTER_COUNT, LaneCounter } from '../../../src/shared/counters.js';
import {
  LANE_BYTES,
  LANE_FLUSH_COMPLETED_WORD,
  LANE_FLUSH_REQUESTED_WORD,
} from '../../../src/shared/ring/lane-layout.js';
import { Diagnostics } from '../../../src/worker/diagnostics.js';
import { BodyPool } from '../../../src/worker/encode/body-pool.js';
import { encodeResource } from '../../../src/worker/encode/scope-message.js';
import type { SpanBatchEncoder } from '../../../src/worker/encode/span-batch-encoder.js';
import { Transcoder } from '../../../src/worker/encode/transcoder.js';
import type { Compress } from '../../../src/worker/exporter.js';
import { LaneWords } from '../../../src/worker/lane-words.js';
import { Pipeline } from '../../../src/worker/pipeline.js';
import { createProducer } from '../../../src/worker/producer-channel.js';
import { RetryingTransport } from '../../../src/worker/transport/retrying-transport.js';
import type { Scheduler, Transport } from '../../../src/worker/transport/transport.js';
import { exporterConfig } from '../../support/exporter-config.js';
import { FakeScheduler } from '../../support/fake-scheduler.js';
import { BoundsTransport } from './bounds-transport.js';
import { FakeTransport } from './fake-transport.js';
import { TestProducer } from './test-producer.js';

export interface RigOptions {
  producers?: number;
  ringBytes?: number;
  startPosition?: number;
  maxExportBatchSize?: number;
  maxExportBatchBytes?: number;
  scheduledDelayMillis?: number;
  maxConcurrentExports?: number;
  timeoutMillis?: number;
  drainIntervalMillis?: number;
  maxRequestBytes?: number;
  compress?: Compress;
  /** Retries with backoff on top of the fake transport. */
  retries?: boolean;
  random?: () => number;
  /** Seeded defects for the checkers to catch: wishes for a pump are lost; a dead worker goes on counting. */
  canary?: 'deaf' | 'undead';
  wrapEncoder?: (encoder: SpanBatchEncoder) => SpanBatchEncoder;
  resourceWaitMillis?: number;
}

/** Far more turns than the rings of any test have records for. */
const TURNS_IN_AN_INSTANT_MAX = 1000;

const resourceParts = encodeResource(encodeResourceBlob({ schemaUrl: '', attributes: [] }, () => () => 0))!;

export class PipelineRig {
  readonly scheduler = new FakeScheduler(1000);
  readonly transport = new FakeTransport(this.scheduler);
  readonly counters = createCounters(LANE_COUNTER_COUNT);
  readonly words = new Int32Array(new SharedArrayBuffer(LANE_BYTES));
  readonly producers: TestProducer[] = [];
  /** Ids of producers that record nothing any more, and of those that the pipeline has let go, in that order. */
  readonly ended = new Set<number>();
  readonly retired: number[] = [];
  /** Announced, and not yet by a call: what the pipeline has to look for itself. */
  readonly announced: ProducerChannel[] = [];
  readonly messages: string[] = [];
  /** Bounds which the pipeline broke. */
  readonly violations: string[] = [];
  /** Wall clock at monotonic 0; to be moved by tests of clock steps. */
  unixOffsetMillis = 1_700_000_000_000;
  pipeline: Pipeline;
  /** The pipeline asked for a pump. */
  wanted = false;
  bell = false;
  #pumpAtMillis = 0;
  #armed = false;
  #incarnation = { alive: true };
  readonly #options: RigOptions;

  constructor(options: RigOptions = {}) {
    this.#options = options;
    for (let id = 0; id < (options.producers ?? 1); id++) {
      this.producers.push(new TestProducer(id, options.ringBytes ?? 65_536, options.startPosition));
    }
    this.pipeline = this.#born();
  }

  get config(): ResolvedConfig {
    const {
      maxExportBatchSize = 512,
      maxExportBatchBytes = 1 << 20,
      scheduledDelayMillis = 5000,
    } = this.#options;
    const { maxConcurrentExports = 4, timeoutMillis = 10_000, drainIntervalMillis = 10 } = this.#options;
    const { maxRequestBytes = 1 << 26 } = this.#options;
    return {
      batch: { maxExportBatchSize, maxExportBatchBytes, scheduledDelayMillis },
      exporter: exporterConfig({ maxConcurrentExports, timeoutMillis, maxRequestBytes }),
      drainIntervalMillis,
    } as ResolvedConfig;
  }

  count(counter: keyof typeof LaneCounter): number {
    return this.counters[LaneCounter[counter]];
  }

  pump(): number {
    this.wanted = false;
    const sleepMillis = this.pipeline.pumpOnce(this.scheduler.now());
    this.#pumpAtMillis = this.scheduler.now() + sleepMillis;
    return sleepMillis;
  }

  /** Lets results reach the pipeline without moving time. */
  settle(): Promise<void> {
    return this.scheduler.settle();
  }

  /** Moves time without pumping. */
  advance(millis: number): Promise<void> {
    return this.scheduler.advanceAsync(millis);
  }

  /** Moves time, pumping only when a worker would wake: bell, wish, or the end of the sleep it was allowed. */
  async run(millis: number): Promise<void> {
    const end = this.scheduler.now() + millis;
    let turns = 0;
    for (;;) {
      await this.settle();
      if (this.#isAwake()) {
        if (++turns > TURNS_IN_AN_INSTANT_MAX) throw new Error('the pipeline spins: it never rests');
        this.#rest(this.pump());
        continue;
      }
      turns = 0;
      const now = this.scheduler.now();
      const next = Math.min(end, this.#pumpAtMillis, now + (this.scheduler.nextTimerMillis ?? millis));
      if (now >= end && next >= end) return;
      await this.advance(Math.max(0, next - now));
      if (this.scheduler.now() >= end && !this.#isAwake()) return;
    }
  }

  record(producer: number, count: number, nameLength = 8): string[] {
    const ids: string[] = [];
    for (let index = 0; index < count; index++) {
      const id = this.producers[producer].record(nameLength);
      if (id !== undefined) ids.push(id);
      if (this.producers[producer].ring.wakeDue()) this.bell = true;
    }
    return ids;
  }

  large(producer: number, nameLength: number): void {
    this.pipeline.large(producer, this.producers[producer].recordLarge(nameLength));
  }

  /** As a blocked main thread does: ticket, then bell. */
  requestFlushByWord(): number {
    this.bell = true;
    return Atomics.add(this.words, LANE_FLUSH_REQUESTED_WORD, 1) + 1;
  }

  get flushRequested(): number {
    return this.words[LANE_FLUSH_REQUESTED_WORD];
  }

  get flushCompleted(): number {
    return this.words[LANE_FLUSH_COMPLETED_WORD];
  }

  addProducer(): void {
    const producer = new TestProducer(this.producers.length, this.#options.ringBytes ?? 65_536);
    this.producers.push(producer);
    this.pipeline.addProducer(producer.channel);
  }

  /** The producer's thread has ended. */
  retire(producer: number): void {
    const { id } = this.producers[producer];
    this.ended.add(id);
    this.pipeline.retireProducer(id);
  }

  /** The thread dies between two turns; its requests may still arrive. A successor takes over the lane. */
  die(): void {
    this.#incarnation.alive = this.#options.canary === 'undead';
    this.#incarnation = { alive: true };
    this.pipeline = this.#born();
    this.pipeline.adoptLarge(this.#unretired.map((producer) => producer.largeSent));
    for (const id of this.ended) if (!this.retired.includes(id)) this.pipeline.retireProducer(id);
    this.wanted = true;
  }

  get recorded(): number {
    return this.producers.reduce((sum, producer) => sum + producer.recorded, 0);
  }

  get droppedByProducers(): number {
    return this.producers.reduce((sum, producer) => sum + producer.droppedQueueFull, 0);
  }

  /** Everything the lane has counted as delivered or dropped. */
  get settled(): number {
    return (
      this.count('Delivered') +
      this.count('DroppedRejected') +
      this.count('DroppedExportFailed') +
      this.count('DroppedEncodeFailed') +
      this.count('DroppedShutdownTimeout') +
      this.count('DroppedQueueFull')
    );
  }

  get usedBytes(): number {
    return this.producers.reduce((sum, producer) => sum + producer.usedBytes, 0);
  }

  get #unretired(): TestProducer[] {
    return this.producers.filter(({ id }) => !this.retired.includes(id));
  }

  #isAwake(): boolean {
    return this.bell || this.wanted || this.scheduler.now() >= this.#pumpAtMillis;
  }

  /** What wait-strategy.ts does before it sleeps. */
  #rest(sleepMillis: number): void {
    this.bell = false;
    if (this.#armed) this.pipeline.disarm();
    this.#armed = sleepMillis > 0;
    if (this.#armed && this.pipeline.arm()) this.bell = true;
  }

  #born(): Pipeline {
    const incarnation = this.#incarnation;
    const scheduler = this.#schedulerOf(incarnation);
    const mortal = mortalTransport(this.transport, incarnation);
    const diagnostics = new Diagnostics(this.counters, () => scheduler.now());
    diagnostics.listen((_level, message) => this.messages.push(message));
    const clock = {
      unixMillis: () => this.unixOffsetMillis + scheduler.now(),
      monotonicMillis: () => scheduler.now(),
    };
    // A thread that died took its memory along.
    const bodies = new BodyPool();
    const { wrapEncoder = (encoder) => encoder, random = () => 0 } = this.#options;
    return new Pipeline({
      start: {
        config: this.config,
        producers: this.#unretired.map((producer) => producer.channel),
        resourceWaitMillis: this.#options.resourceWaitMillis ?? 0,
      },
      words: new LaneWords(this.words.buffer as SharedArrayBuffer),
      counters: this.counters,
      scheduler,
      clock,
      transport: new BoundsTransport(
        this.#options.retries
          ? new RetryingTransport(mortal, scheduler, { onRetry: () => {} }, random)
          : mortal,
        this.config,
        scheduler,
        this.violations,
      ),
      bodies,
      createEncoder: () => wrapEncoder(new Transcoder(resourceParts, 1 << 27, bodies)),
      createProducer: (channel) => createProducer(channel, clock.unixMillis() - clock.monotonicMillis()),
      compress: this.#options.compress ?? ((body) => ({ body, encoding: undefined })),
      diagnostics,
      newcomers: () => this.announced.splice(0),
      onRetired: (id) => {
        if (incarnation.alive) this.retired.push(id);
      },
      onWanted: () => {
        if (incarnation.alive && this.#options.canary !== 'deaf') this.wanted = true;
      },
    });
  }

  /** A dead thread's timers never fire. */
  #schedulerOf(incarnation: { readonly alive: boolean }): Scheduler {
    const { scheduler } = this;
    return {
      now: () => scheduler.now(),
      setTimer: (callback, delayMillis) =>
        scheduler.setTimer(() => {
          if (incarnation.alive) callback();
        }, delayMillis),
      clearTimer: (timer) => scheduler.clearTimer(timer),
    };
  }
}

/** Answers to a dead thread reach nobody, though the collector has the spans. */
function mortalTransport(transport: FakeTransport, incarnation: { readonly alive: boolean }): Transport {
  return {
    send(payload, deadlineMillis) {
      return new Promise((resolve, reject) => {
        transport.send(payload, deadlineMillis).then(
          (result) => incarnation.alive && resolve(result),
          (error) => incarnation.alive && reject(error),
        );
      });
    },
    close: () => transport.close(),
  };
}
