// Hosts the export worker of one lane; the only file of main, with inline-host.ts, that knows where the worker's code is.
// Thread: main. Caller: export-lanes.ts.
//
// One pool of exactly one thread for each lane: a lane has one reader. Every option that could hurt is set, none left
// to its default: `atomics: 'sync'` would freeze the worker's sockets between tasks, an inherited execArgv or
// NODE_OPTIONS would run the application's preloads, offloop/register among them, inside the worker.
// The thread starts the pipeline while it loads (workerData), so it exports even if main's loop never turns again.
//
// A thread that dies gets a successor, which reads the ring again from the released position. Threads that keep dying
// are given up: `onGivenUp`.

import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { atomicStore } from '../../shared/atomics.js';
import type { LaneAttach, LaneStart, LargeSent, ProducerChannel, RecordRange } from '../../shared/control.js';
import { LANE_LISTENING_WORD } from '../../shared/ring/lane-layout.js';
import { packageFile } from '../package/installed-package.js';
import { ControlClient, exposeMainControl } from './control-client.js';
import { causeOf, report } from './diagnostics.js';
import type { LaneHost } from './lane-host.js';
import { mainControl } from './main-control.js';
import { createThreadPool, type ThreadPool } from './thread-pool.js';

const WORKER_FILE = 'worker/entry.js';
/** Set in the worker's environment: code that starts offloop by itself must not do so in there. */
export const WORKER_MARKER = 'OFFLOOP_INTERNAL_WORKER';

const DEATHS_MAX = 5;
const DEATHS_WINDOW_MILLIS = 60_000;

/** Garbage of the worker is short-lived: with 2 instead of 8 the process is 9 MB smaller, and no slower (measured). */
const YOUNG_GENERATION_MB = 2;
const OLD_GENERATION_MB = 256;

export interface WorkerHostEvents {
  /** What was sent to the lane so far. */
  largeSent(): readonly LargeSent[];
  /** Those that record into the lane, or have ended and are not settled. */
  producers(): ProducerChannel[];
  /** All that a producer which ended had recorded is settled. */
  onRetired(producerId: number): void;
  /** A successor runs: it knows of no producer that it has ended. */
  onRestart(): void;
  onGivenUp(): void;
}

/** A thread, the pool that it is alone in, and the ports to it. */
interface HostedThread {
  readonly pool: ThreadPool;
  readonly control: ControlClient;
  readonly ready: Promise<void>;
}

export class WorkerHost implements LaneHost {
  readonly ready: Promise<void>;
  #start: LaneStart;
  readonly #events: WorkerHostEvents;
  readonly #deaths: number[] = [];
  #thread: HostedThread;
  /** Resolves at the next replacement, or when there will be none. */
  #change = Promise.withResolvers<void>();
  #closing = false;

  /** Throws if no thread can be made at all (no permission for workers, no memory). */
  constructor(start: LaneStart, events: WorkerHostEvents) {
    this.#start = start;
    this.#events = events;
    this.#thread = this.#spawn([]);
    this.ready = this.#thread.ready;
  }

  /** A worker that dies meanwhile is waited for: its successor has the same ring. */
  async flush(timeoutMillis: number): Promise<boolean> {
    const deadline = performance.now() + timeoutMillis;
    for (;;) {
      const { control } = this.#thread;
      if (await control.flush(Math.max(0, deadline - performance.now()))) return true;
      if (!control.isClosed || this.#closing) return false;
      await this.#successorOf(control, deadline - performance.now());
      if (this.#thread.control === control) return false;
    }
  }

  shutdown(timeoutMillis: number): Promise<boolean> {
    return this.#thread.control.shutdown(timeoutMillis);
  }

  large(producerId: number, record: ArrayBufferLike): void {
    this.#thread.control.large(producerId, record);
  }

  addProducer(producer: ProducerChannel): void {
    this.#thread.control.addProducer(producer);
  }

  retireProducer(producerId: number): void {
    this.#thread.control.retireProducer(producerId);
  }

  allDelivered(producerId: number, range: RecordRange): Promise<boolean> {
    return this.#thread.control.allDelivered(producerId, range);
  }

  headers(headers: Readonly<Record<string, string>>): void {
    this.#start = withHeaders(this.#start, headers);
    this.#thread.control.headers(headers);
  }

  resource(resource: Uint8Array): void {
    this.#start = { ...this.#start, resource, resourceWaitMillis: 0 };
    this.#thread.control.resource(resource);
  }

  async close(): Promise<void> {
    this.#closing = true;
    this.#thread.control.close();
    await this.#thread.pool.destroy();
  }

  #spawn(largeSent: readonly LargeSent[]): HostedThread {
    atomicStore(new Int32Array(this.#start.words), LANE_LISTENING_WORD, 0);
    const pool = createThreadPool({
      filename: packageFile(WORKER_FILE),
      minThreads: 1,
      maxThreads: 1,
      concurrentTasksPerWorker: 1,
      atomics: 'disabled',
      execArgv: [],
      argv: [],
      env: workerEnvironment(),
      workerData: { ...this.#start, producers: this.#events.producers() },
      recordTiming: false,
      resourceLimits: {
        maxYoungGenerationSizeMb: YOUNG_GENERATION_MB,
        maxOldGenerationSizeMb: OLD_GENERATION_MB,
      },
    });
    pool.on('error', (error) => {
      report('error', 'worker error', `export worker failed: ${causeOf(error)}`);
    });
    // Before piscina replaces the thread: it would not do so for one that dies while it starts, and never waits until
    // the dead one is really gone.
    pool.on('workerDestroy', () => void pool.destroy());
    pool.threads[0].once('exit', () => this.#onThreadGone(pool));
    const toWorker = new MessageChannel();
    const toMain = new MessageChannel();
    const attach: LaneAttach = {
      port: toWorker.port2,
      mainPort: toMain.port2,
      largeSent,
    };
    exposeMainControl(toMain.port1, mainControl(this.#events.onRetired));
    const ready = this.#attach(pool, attach, [toWorker.port2, toMain.port2]);
    return { pool, control: new ControlClient(toWorker.port1), ready };
  }

  async #attach(pool: ThreadPool, attach: LaneAttach, transferList: MessagePort[]): Promise<void> {
    try {
      await pool.run(attach, { transferList });
    } catch (error) {
      if (!this.#closing) report('error', 'worker start', `export worker did not start: ${causeOf(error)}`);
    }
  }

  /** The thread has ended: nobody reads the ring any more, so a successor may. */
  #onThreadGone(pool: ThreadPool): void {
    if (this.#closing || this.#thread.pool !== pool) return;
    this.#thread.control.close();
    const now = performance.now();
    this.#deaths.push(now);
    while (now - this.#deaths[0] > DEATHS_WINDOW_MILLIS) this.#deaths.shift();
    if (this.#deaths.length < DEATHS_MAX) this.#replace();
    else this.#giveUp();
  }

  #replace(): void {
    try {
      this.#thread = this.#spawn(this.#events.largeSent());
      this.#events.onRestart();
      this.#signalChange();
    } catch (error) {
      report('error', 'worker start', `no successor for the export worker: ${causeOf(error)}`);
      this.#giveUp();
    }
  }

  #giveUp(): void {
    this.#closing = true;
    this.#events.onGivenUp();
    this.#signalChange();
  }

  /** Resolves when another thread than that of `control` is ready, it is given up, or the time is over. */
  async #successorOf(control: ControlClient, timeoutMillis: number): Promise<void> {
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(late.resolve, Math.max(0, timeoutMillis));
    if (this.#thread.control === control) await Promise.race([late.promise, this.#change.promise]);
    if (this.#thread.control !== control) await Promise.race([late.promise, this.#thread.ready]);
    clearTimeout(timer);
  }

  #signalChange(): void {
    this.#change.resolve();
    this.#change = Promise.withResolvers();
  }
}

export function withHeaders(start: LaneStart, headers: Readonly<Record<string, string>>): LaneStart {
  return { ...start, config: { ...start.config, exporter: { ...start.config.exporter, headers } } };
}

/** The process's environment without what would make the worker load application code. */
function workerEnvironment(): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const [key, value] of Object.entries(process.env)) {
    if (value !== undefined && key !== 'NODE_OPTIONS') environment[key] = value;
  }
  environment[WORKER_MARKER] = '1';
  return environment;
}
