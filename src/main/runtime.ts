// Composition root of the main thread: configuration -> lanes -> hosts -> provider, and the handle the user gets.
// Callers: the doors index.ts and register.ts. One runtime per process: start() is idempotent.

import { type Attributes, context, propagation, trace } from '@opentelemetry/api';
import type { StartOptions } from '../shared/config/options.js';
import type { ResolvedConfig } from '../shared/config/resolved-config.js';
import type { ConfigMode } from '../shared/config/settings.js';
import { configure } from './config-file/configure.js';
import { AsyncLocalStorageContextManager } from './context/context-manager.js';
import { installDiagLogger, report } from './lifecycle/diagnostics.js';
import { ExportLanes } from './lifecycle/export-lanes.js';
import { resourceAttributes, resourceBlob } from './lifecycle/resource.js';
import { emptyStats, type Stats } from './lifecycle/stats.js';
import { createPropagator } from './propagation/create-propagator.js';
import { setActiveRecording } from './record/active-recording.js';
import { configuredSampler } from './sampling/configured-sampler.js';
import { AlwaysOnWords } from './trace/sampler.js';
import { OffloopTracerProvider } from './trace/tracer-provider.js';

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
  const configuration = configure(options, process.env, mode);
  const { config, warnings, logLevel } = configuration;
  // In code the application says where messages go, unless a variable or the file asks for them.
  if (mode === 'lenient' || logLevel !== undefined) installDiagLogger(logLevel);
  for (const warning of warnings) report('warn', warning.slice(0, 48), warning);
  const contextManager = new AsyncLocalStorageContextManager();
  registerContext(contextManager, config);
  current =
    config.disabled || !config.exportTraces
      ? INERT
      : new Runtime(config, contextManager, configuration.options);
  return current;
}

function registerContext(contextManager: AsyncLocalStorageContextManager, config: ResolvedConfig): void {
  if (!context.setGlobalContextManager(contextManager)) reportTaken('context manager');
  const propagator = createPropagator(config.propagators);
  if (propagator === undefined) return;
  if (!propagation.setGlobalPropagator(propagator)) reportTaken('propagator');
}

function reportTaken(what: string): void {
  report(
    'error',
    'taken',
    `another OpenTelemetry SDK has already registered a global ${what}, and keeps what it has registered; ` +
      'start offloop alone, or before it',
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
  readonly #lanes: ExportLanes;

  constructor(config: ResolvedConfig, contextManager: AsyncLocalStorageContextManager, given: StartOptions) {
    this.#lanes = new ExportLanes({
      config,
      contextRunner: contextManager,
      resource: () => resourceBlob(config),
    });
    this.#lanes.start();
    this.ready = this.#lanes.ready;
    const configured = configuredSampler(config.sampler, given.sampler, {
      resourceAttributes: () => Object.fromEntries(resourceAttributes(config)) as Attributes,
    });
    const sampler = configured.words ?? new AlwaysOnWords();
    const { recording, defineScope } = this.#lanes.producer;
    const provider = new OffloopTracerProvider({
      recording,
      sampler,
      contextManager,
      defineScope,
      forceFlush: (timeoutMillis) => this.forceFlush(timeoutMillis),
      shutdown: (timeoutMillis) => this.shutdown(timeoutMillis),
    });
    if (!trace.setGlobalTracerProvider(provider)) reportTaken('tracer provider');
    setActiveRecording({ recording, sampler, contextManager, defineScope });
  }

  forceFlush(timeoutMillis?: number): Promise<boolean> {
    return this.#lanes.forceFlush(timeoutMillis);
  }

  flushSync(timeoutMillis?: number): boolean {
    return this.#lanes.flushSync(timeoutMillis);
  }

  stats(): Stats {
    return this.#lanes.stats();
  }

  shutdown(timeoutMillis?: number): Promise<boolean> {
    return this.#lanes.shutdown(timeoutMillis);
  }
}
