// One lane as main has it, with the built export worker in a real thread: real host, ring, port and sockets. Threads are
// killed from outside, as `process.on('worker')` shows them.

import type { Worker } from 'node:worker_threads';
import { Lane } from '../../../src/main/lifecycle/lane.js';
import { unixMillisAtMonotonicZero } from '../../../src/main/lifecycle/process-clock.js';
import { Doorbell } from '../../../src/main/record/doorbell.js';
import { encodeResourceBlob } from '../../../src/shared/codec/blobs.js';
import type { StartOptions } from '../../../src/shared/config/options.js';
import { resolveConfig } from '../../../src/shared/config/resolve.js';
import type { LaneStart } from '../../../src/shared/control.js';
import { LaneCounter } from '../../../src/shared/counters.js';
import { LANE_BEAT_WORD, LANE_STATE_WORD } from '../../../src/shared/ring/lane-layout.js';
import { TestProducer } from '../../pipeline/rig/test-producer.js';

type WorkerHostModule = typeof import('../../../src/main/lifecycle/worker-host.js');
type InlineHostModule = typeof import('../../../src/main/lifecycle/inline-host.js');
type ContextManagerModule = typeof import('../../../src/main/context/context-manager.js');

const built = (file: string) => import(new URL(`../../../dist/main/${file}`, import.meta.url).href);
const { WorkerHost } = (await built('lifecycle/worker-host.js')) as WorkerHostModule;
const { InlineHost } = (await built('lifecycle/inline-host.js')) as InlineHostModule;
const { AsyncLocalStorageContextManager } = (await built(
  'context/context-manager.js',
)) as ContextManagerModule;

type Host = InstanceType<WorkerHostModule['WorkerHost']> | InstanceType<InlineHostModule['InlineHost']>;

export class HostedLane {
  readonly lane = new Lane(0);
  readonly producer = new TestProducer(1, 1 << 20);
  readonly start: LaneStart;
  readonly ids: string[] = [];
  /** All threads so far. */
  readonly threads: Worker[] = [];
  restarts = 0;
  givenUp = 0;
  host: Host | undefined;
  readonly #doorbell = new Doorbell(this.lane.memory);
  readonly #onWorker = (worker: Worker) => this.threads.push(worker);

  constructor(url: string, options: StartOptions = {}) {
    const more = { scheduledDelayMillis: 600_000, maxExportBatchSize: 100, ...options };
    const { config } = resolveConfig({ exporter: { url }, ...more }, {}, 'strict');
    this.start = {
      lane: 0,
      words: this.lane.memory,
      counters: this.lane.counters.buffer,
      producers: [this.producer.channel],
      config,
      unixMillisAtMonotonicZero: unixMillisAtMonotonicZero(),
      resource: encodeResourceBlob({ schemaUrl: '', attributes: [] }, () => () => 0),
    };
    process.on('worker', this.#onWorker);
  }

  /** As runtime.ts does, falling back to this thread. */
  open(): this {
    this.host = new WorkerHost(this.start, {
      largeSent: () => [this.producer.largeSent],
      producers: () => [this.producer.channel],
      onRetired: () => {},
      onRestart: () => {
        this.restarts++;
      },
      onGivenUp: () => {
        this.givenUp++;
        this.host = new InlineHost(
          this.start,
          new AsyncLocalStorageContextManager(),
          [this.producer.largeSent],
          () => {},
        );
      },
    });
    return this;
  }

  record(count: number): void {
    for (let i = 0; i < count; i++) {
      const id = this.producer.record(100);
      if (id !== undefined) this.ids.push(id);
      if (this.producer.ring.wakeDue()) this.#doorbell.ring();
    }
  }

  large(nameLength: number): void {
    this.host?.large(this.producer.id, this.producer.recordLarge(nameLength));
  }

  flush(timeoutMillis = 20_000): Promise<boolean> {
    return this.host?.flush(timeoutMillis) ?? Promise.resolve(false);
  }

  count(counter: keyof typeof LaneCounter): number {
    return this.lane.counters[LaneCounter[counter]];
  }

  /** Delivered or dropped by the worker. */
  get settled(): number {
    const reasons = ['Rejected', 'ExportFailed', 'EncodeFailed', 'ShutdownTimeout', 'QueueFull'] as const;
    return reasons.reduce((sum, reason) => sum + this.count(`Dropped${reason}`), this.count('Delivered'));
  }

  get beat(): number {
    return Atomics.load(this.lane.words, LANE_BEAT_WORD);
  }

  get state(): number {
    return Atomics.load(this.lane.words, LANE_STATE_WORD);
  }

  async close(): Promise<void> {
    process.removeListener('worker', this.#onWorker);
    await this.host?.close();
  }
}
