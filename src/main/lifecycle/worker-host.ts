// Hosts the export worker of one lane; the only file that imports piscina, and the only one of main that knows where
// the worker's code is. Thread: main. Caller: runtime.ts.
//
// One pool of exactly one thread for each lane: a lane has one reader. Every option that could hurt is set, none left
// to its default: `atomics: 'sync'` would freeze the worker's sockets between tasks, an inherited execArgv or
// NODE_OPTIONS would run the application's preloads, offloop/register among them, inside the worker.
// The thread starts the pipeline while it loads (workerData), so it exports even if main's loop never turns again.
//
// A thread that dies is replaced by piscina at once, and its successor reads the ring again from the released
// position. Threads that keep dying are given up: `onGivenUp`.

import { fileURLToPath } from 'node:url';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { Piscina } from 'piscina';
import type { LaneAttach, LaneStart, MainControl } from '../../shared/control.js';
import { ControlClient, exposeMainControl } from './control-client.js';
import { causeOf, report } from './diagnostics.js';
import type { LaneHost } from './lane-host.js';

const WORKER_FILE = fileURLToPath(new URL('../../worker/entry.js', import.meta.url));
/** Set in the worker's environment: code that starts offloop by itself must not do so in there. */
export const WORKER_MARKER = 'OFFLOOP_INTERNAL_WORKER';

const DEATHS_MAX = 5;
const DEATHS_WINDOW_MILLIS = 60_000;
/** Garbage of the worker is short-lived: with 2 instead of 8 the process is 9 MB smaller, and no slower (measured). */
const YOUNG_GENERATION_MB = 2;
const OLD_GENERATION_MB = 256;

export interface WorkerHostEvents {
  /** LargeSent and LargeSentBytes of the lane's producers, summed. */
  largeSent(): { count: number; bytes: number };
  onRestart(): void;
  onGivenUp(): void;
}

export class WorkerHost implements LaneHost {
  readonly ready: Promise<void>;
  readonly #pool: Piscina;
  readonly #events: WorkerHostEvents;
  readonly #deaths: number[] = [];
  #control: ControlClient;
  #attached = false;
  #closing = false;

  /** Throws if no thread can be made at all (no permission for workers, no memory). */
  constructor(start: LaneStart, events: WorkerHostEvents) {
    this.#events = events;
    this.#pool = new Piscina({
      filename: WORKER_FILE,
      minThreads: 1,
      maxThreads: 1,
      concurrentTasksPerWorker: 1,
      atomics: 'disabled',
      execArgv: [],
      argv: [],
      env: workerEnvironment(),
      workerData: start,
      recordTiming: false,
      resourceLimits: {
        maxYoungGenerationSizeMb: YOUNG_GENERATION_MB,
        maxOldGenerationSizeMb: OLD_GENERATION_MB,
      },
    });
    this.#pool.on('error', (error) => {
      report('error', 'worker error', `export worker failed: ${causeOf(error)}`);
    });
    this.#pool.on('workerDestroy', () => this.#onThreadGone());
    this.#pool.on('workerCreate', () => {
      if (this.#attached || this.#closing) return;
      this.#control = this.#attach(this.#events.largeSent()).control;
    });
    const first = this.#attach({ count: 0, bytes: 0 });
    this.#control = first.control;
    this.ready = first.ready;
  }

  flush(timeoutMillis: number): Promise<boolean> {
    return this.#control.flush(timeoutMillis);
  }

  shutdown(timeoutMillis: number): Promise<boolean> {
    return this.#control.shutdown(timeoutMillis);
  }

  large(producerId: number, record: ArrayBuffer): void {
    this.#control.large(producerId, record);
  }

  async close(): Promise<void> {
    this.#closing = true;
    this.#control.close();
    await this.#pool.destroy();
  }

  #attach(largeSent: { count: number; bytes: number }): { control: ControlClient; ready: Promise<void> } {
    this.#attached = true;
    const toWorker = new MessageChannel();
    const toMain = new MessageChannel();
    const attach: LaneAttach = {
      port: toWorker.port2,
      mainPort: toMain.port2,
      largeSent: largeSent.count,
      largeSentBytes: largeSent.bytes,
    };
    exposeMainControl(toMain.port1, mainControl);
    const ready = this.#run(attach, [toWorker.port2, toMain.port2]);
    return { control: new ControlClient(toWorker.port1), ready };
  }

  async #run(attach: LaneAttach, transferList: MessagePort[]): Promise<void> {
    try {
      await this.#pool.run(attach, { transferList });
    } catch (error) {
      if (!this.#closing) report('error', 'worker start', `export worker did not start: ${causeOf(error)}`);
    }
  }

  #onThreadGone(): void {
    if (this.#closing) return;
    this.#attached = false;
    this.#control.close();
    const now = performance.now();
    this.#deaths.push(now);
    while (this.#deaths.length > 0 && now - this.#deaths[0] > DEATHS_WINDOW_MILLIS) this.#deaths.shift();
    if (this.#deaths.length < DEATHS_MAX) {
      this.#events.onRestart();
      return;
    }
    this.#closing = true;
    void this.#pool.destroy();
    this.#events.onGivenUp();
  }
}

const mainControl: MainControl = {
  diagnostic: (level, message) => report(level, message.slice(0, 24), message),
};

/** The process's environment without what would make the worker load application code. */
function workerEnvironment(): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const [key, value] of Object.entries(process.env)) {
    if (value !== undefined && key !== 'NODE_OPTIONS') environment[key] = value;
  }
  environment[WORKER_MARKER] = '1';
  return environment;
}
