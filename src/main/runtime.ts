// Composition root of the main thread: configuration -> lanes -> hosts -> provider, and the handle the user gets.
// Callers: the doors index.ts and register.ts. One runtime per process: start() is idempotent.

import { context, propagation, trace } from '@opentelemetry/api';
import type { StartOptions } from '../shared/config/options.js';
import { resolveConfig } from '../shared/config/resolve.js';
import type { ResolvedConfig } from '../shared/config/resolved-config.js';
import type { ConfigMode } from '../shared/config/settings.js';
import type { LaneStart } from '../shared/control.js';
import { ProducerCounter } from '../shared/counters.js';
import { AsyncLocalStorageContextManager } from './context/context-manager.js';
import { LazyPropagator } from './context/propagator.js';
import { causeOf, report } from './lifecycle/diagnostics.js';
import { type ExitHooks, installExitHooks } from './lifecycle/exit-hooks.js';
import { finalAccount } from './lifecycle/final-account.js';
import { flushSync } from './lifecycle/flush-sync.js';
import { InlineHost } from './lifecycle/inline-host.js';
import { Lane } from './lifecycle/lane.js';
import type { LaneHost } from './lifecycle/lane-host.js';
import { createProducerThread, type ProducerThread } from './lifecycle/producer-thread.js';
import { resourceBlob } from './lifecycle/resource.js';
import { type Counted, emptyStats, readStats, type Stats } from './lifecycle/stats.js';
import { WorkerHost } from './lifecycle/worker-host.js';
import { setActiveRecording } from './record/active-recording.js';
import { createSampler } from './trace/sampler.js';
import { OffloopTracerProvider } from './trace/tracer-provider.js';

const PRODUCER_ID = 1;

/** The handle that `start()` returns. */
export interface Telemetry {
  /** Resolves when all export workers run. Spans ended before are kept in the ring; waiting is not necessary. */
  readonly ready: Promise<void>;
  /**
   * Resolves true when every span ended before the call was delivered or dropped (and counted); false when the time
   * was over first. Default `exporter.timeoutMillis`. Never rejects.
   */
  forceFlush(timeoutMillis?: number): Promise<boolean>;
  /**
   * The same, blocking the calling thread: for the last line of a program. Default `exitTimeoutMillis`. Without
   * workers (`workers: 0`) sockets need this thread's loop, and it returns false unless nothing is pending.
   */
  flushSync(timeoutMillis?: number): boolean;
  /** Counters of all threads, at this moment. */
  stats(): Stats;
  /**
   * Flushes, stops the workers, removes the exit hooks. Spans ended later are counted as `already_shutdown`. False:
   * something was given up at the deadline, and counted. Default `shutdownTimeoutMillis`. Never rejects.
   */
  shutdown(timeoutMillis?: number): Promise<boolean>;
}

let current: Telemetry | undefined;

/** Starts telemetry once; later calls return the first handle. Throws an OptionError for wrong options only. */
export function startRuntime(options: StartOptions, mode: ConfigMode): Telemetry {
  if (current !== undefined) return current;
  const { config, warnings } = resolveConfig(options, process.env, mode);
  for (const warning of warnings) report('warn', warning.slice(0, 48), warning);
  const contextManager = new AsyncLocalStorageContextManager();
  registerContext(contextManager, config);
  current = config.disabled || !config.exportTraces ? INERT : new Runtime(config, contextManager);
  return current;
}

function registerContext(contextManager: AsyncLocalStorageContextManager, config: ResolvedConfig): void {
  if (!context.setGlobalContextManager(contextManager)) reportTaken('context manager');
  const names = config.propagators.filter((name) => name !== 'none');
  if (names.length === 0) return;
  const propagator = new LazyPropagator(names, (error) => {
    report('error', 'propagator', `propagator failed: ${causeOf(error)}`);
  });
  if (!propagation.setGlobalPropagator(propagator)) reportTaken('propagator');
}

function reportTaken(what: string): void {
  report(
    'error',
    `taken ${what}`,
    `another SDK has already registered a global ${what}; start offloop alone, or before it`,
  );
}

/** Telemetry that does nothing: disabled by configuration. */
export const INERT: Telemetry = {
  ready: Promise.resolve(),
  forceFlush: () => Promise.resolve(true),
  flushSync: () => true,
  stats: emptyStats,
  shutdown: () => Promise.resolve(true),
};

class Runtime implements Telemetry {
  readonly ready: Promise<void>;
  readonly #config: ResolvedConfig;
  readonly #contextManager: AsyncLocalStorageContextManager;
  readonly #lanes: readonly Lane[];
  readonly #producer: ProducerThread;
  readonly #hosts: LaneHost[] = [];
  readonly #exitHooks: ExitHooks;
  #workerRestarts = 0;
  /** Lanes whose pipeline runs on this thread. */
  readonly #inline = new Set<number>();
  #shutdown: Promise<boolean> | undefined;
  /** Instead of the lanes' own counters, once it is over: see final-account.ts. */
  #finalAccounts: readonly Counted[] | undefined;

  constructor(config: ResolvedConfig, contextManager: AsyncLocalStorageContextManager) {
    this.#config = config;
    this.#contextManager = contextManager;
    this.#lanes = Array.from({ length: Math.max(1, config.workers) }, (_, index) => new Lane(index));
    this.#producer = createProducerThread(PRODUCER_ID, config, this.#lanes, (lane, record) => {
      this.#hosts[lane].large(PRODUCER_ID, record);
    });
    const resource = resourceBlob(config);
    for (const lane of this.#lanes) this.#hosts.push(this.#createHost(lane, resource));
    this.ready = Promise.all(this.#hosts.map((host) => host.ready)).then(() => {});
    this.#exitHooks = installExitHooks({
      flush: () => this.#flushAtExit(),
      // Without workers only the loop can send: it gets its turn before the process ends by itself.
      beforeExit: () => (this.#inline.size > 0 ? this.#pendingFlush() : undefined),
    });
    const sampler = createSampler(config.sampler);
    const { recording } = this.#producer;
    const defineScope = this.#producer.defineScope;
    const provider = new OffloopTracerProvider({
      recording,
      sampler,
      contextManager,
      defineScope,
      forceFlush: () => this.forceFlush(),
      shutdown: () => this.shutdown(),
    });
    if (!trace.setGlobalTracerProvider(provider)) reportTaken('tracer provider');
    setActiveRecording({ recording, sampler, contextManager, defineScope });
  }

  async forceFlush(timeoutMillis = this.#config.exporter.timeoutMillis): Promise<boolean> {
    const results = await Promise.all(this.#lanes.map(({ index }) => this.#flushLane(index, timeoutMillis)));
    return results.every(Boolean);
  }

  flushSync(timeoutMillis = this.#config.exitTimeoutMillis): boolean {
    if (this.stats().pending === 0) return true;
    const threads = this.#lanes.filter((lane) => !this.#inline.has(lane.index));
    return flushSync(threads, timeoutMillis) && (this.#inline.size === 0 || this.stats().pending === 0);
  }

  stats(): Stats {
    return readStats({
      writers: this.#producer.writers,
      lanes: this.#finalAccounts ?? this.#lanes,
      workers: this.#lanes.length - this.#inline.size,
      workerRestarts: this.#workerRestarts,
    });
  }

  shutdown(timeoutMillis = this.#config.shutdownTimeoutMillis): Promise<boolean> {
    this.#shutdown ??= this.#stop(timeoutMillis);
    return this.#shutdown;
  }

  async #stop(timeoutMillis: number): Promise<boolean> {
    this.#producer.recording.closed = true;
    const results = await Promise.all(this.#hosts.map((host) => host.shutdown(timeoutMillis)));
    await Promise.all(this.#hosts.map((host) => host.close()));
    this.#exitHooks.remove();
    // A worker that answers has counted what it gave up; one that is dead or stuck has not.
    return this.#closeAccounts() === 0 && results.every(Boolean);
  }

  /** A worker that is given up meanwhile leaves the flush to this thread. */
  async #flushLane(lane: number, timeoutMillis: number): Promise<boolean> {
    const deadline = performance.now() + timeoutMillis;
    const host = this.#hosts[lane];
    const complete = await host.flush(timeoutMillis);
    if (complete || this.#hosts[lane] === host) return complete;
    return this.#hosts[lane].flush(Math.max(0, deadline - performance.now()));
  }

  #createHost(lane: Lane, resource: Uint8Array): LaneHost {
    const start: LaneStart = {
      lane: lane.index,
      words: lane.memory,
      counters: lane.counters.buffer,
      producers: [this.#producer.channels[lane.index]],
      config: this.#config,
      resource,
    };
    if (this.#config.workers === 0) return this.#createInlineHost(start);
    try {
      return new WorkerHost(start, {
        largeSent: () => this.#largeSent(lane.index),
        onRestart: () => {
          this.#workerRestarts++;
          report('warn', 'worker restart', `export worker ${lane.index} died and was replaced`);
        },
        onGivenUp: () => {
          report(
            'error',
            'worker given up',
            `export worker ${lane.index} keeps dying: exporting on this thread`,
          );
          this.#hosts[lane.index] = this.#createInlineHost(start);
        },
      });
    } catch (error) {
      report(
        'error',
        'no worker',
        `no export worker can be started (${causeOf(error)}): exporting on this thread`,
      );
      return this.#createInlineHost(start);
    }
  }

  #createInlineHost(start: LaneStart): LaneHost {
    this.#inline.add(start.lane);
    return new InlineHost(start, this.#contextManager);
  }

  #largeSent(lane: number): { count: number; bytes: number } {
    const { counters } = this.#producer.writers[lane];
    return {
      count: counters[ProducerCounter.LargeSent],
      bytes: counters[ProducerCounter.LargeSentBytes],
    };
  }

  /** Undefined: nothing is pending, or a flush gave up already and another one would keep the process for ever. */
  #pendingFlush(): Promise<boolean> | undefined {
    if (this.stats().pending === 0) return undefined;
    return this.forceFlush(this.#config.exitTimeoutMillis);
  }

  #flushAtExit(): void {
    try {
      this.flushSync();
      const givenUp = this.#closeAccounts();
      if (givenUp > 0) {
        report('warn', 'exit', `${givenUp} spans were not delivered before the end of the process`);
      }
    } catch {
      // The process is ending: nobody is left to tell, and the exit code is not ours to change.
    }
  }

  /** Counts what is pending as given up, and returns how much that was. Spans that end later are counted as such. */
  #closeAccounts(): number {
    if (this.#finalAccounts !== undefined) return 0;
    this.#producer.recording.closed = true;
    const { writers } = this.#producer;
    const before = this.stats().dropped.shutdown_timeout;
    this.#finalAccounts = this.#lanes.map((lane) => finalAccount(writers[lane.index], lane));
    return this.stats().dropped.shutdown_timeout - before;
  }
}
