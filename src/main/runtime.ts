// Composition root of a recording thread: configuration -> lanes -> hosts -> provider, and the handle the user gets. A thread
// that finds another one's pool records into that. Callers: the doors index.ts and register.ts. One runtime per thread:
// start() is idempotent.

import {
  type Attributes,
  type ContextManager,
  context,
  propagation,
  type TracerProvider,
  trace,
} from '@opentelemetry/api';
import type { StartOptions as ConfigOptions } from '../shared/config/options.js';
import type { ResolvedConfig } from '../shared/config/resolved-config.js';
import type { ConfigMode } from '../shared/config/settings.js';
import { isTaskThread } from './blocking/task-thread-mark.js';
import { type Configuration, configure } from './config-file/configure.js';
import { type ActiveContext, AsyncLocalStorageContextManager } from './context/context-manager.js';
import { configureLevels } from './levels/levels.js';
import { callbackErrorCount } from './lifecycle/callback-errors.js';
import { installDiagLogger, report } from './lifecycle/diagnostics.js';
import { adoptEarlyTracers } from './lifecycle/early-tracers.js';
import { ExportLanes } from './lifecycle/export-lanes.js';
import { registerGlobally } from './lifecycle/registration.js';
import { observeLanes, selfMeterProvider } from './lifecycle/self-meter.js';
import type { SpanOutlet } from './lifecycle/span-outlet.js';
import { emptyStats, type Stats } from './lifecycle/stats.js';
import { packageFolder } from './package/installed-package.js';
import { threadState } from './package/thread-state.js';
import { handleErrorLater } from './plug-ins/late-error-handler.js';
import { type PlugInOptions, type StartOptions, separatePlugIns } from './plug-ins/options.js';
import { PlugInErrors } from './plug-ins/plug-in-errors.js';
import { type ResourceView, RuntimeResource } from './plug-ins/runtime-resource.js';
import { RuntimeTracerProvider } from './plug-ins/runtime-tracer-provider.js';
import { ScopeSwitch } from './plug-ins/scope-switch.js';
import { createPropagator } from './propagation/create-propagator.js';
import { setActiveRecording } from './record/active-recording.js';
import { createProcessResource } from './resource/process-resource.js';
import { configuredSampler } from './sampling/configured-sampler.js';
import { isOwnSampler } from './sampling/plain-instance.js';
import { attachToPool } from './threads/attachment.js';
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
  /** Counters of all threads, at this moment. In a thread that records into the workers of another one: its own. */
  stats(): Stats;
  /**
   * Flushes, stops the workers, removes the exit hooks. Spans ended later are counted as `already_shutdown`. False:
   * something was given up at the deadline, and counted. Default `shutdownTimeoutMillis`. Never rejects. In a thread that
   * records into the workers of another one, only this thread ends its recording; nothing is given up.
   */
  shutdown(timeoutMillis?: number): Promise<boolean>;
}

const state = threadState<{ started: Telemetry | undefined }>('runtime', () => ({ started: undefined }));

/**
 * Starts telemetry once; later calls return the first handle. Throws an OptionError for wrong options, a PackageFilesError where
 * threads cannot find their code.
 */
export function startRuntime(options: StartOptions, mode: ConfigMode): Telemetry {
  const current = state();
  if (current.started !== undefined) return current.started;
  // Of a blocking task: its spans are recorded by the thread that wanted it done.
  if (isTaskThread()) return INERT;
  const given = separatePlugIns(options);
  const own = configure(given, process.env, mode);
  const { logLevel } = own;
  // In code the application says where messages go, unless a variable or the file asks for them.
  if (mode === 'lenient' || logLevel !== undefined) installDiagLogger(logLevel);
  const attachment = own.config.disabled ? undefined : attachToPool(given, own.config);
  const config = attachment?.config ?? own.config;
  // Before anything is registered.
  if (!config.disabled && config.exportTraces && attachment === undefined) packageFolder();
  // The other thread has told the same of the same variables.
  if (attachment === undefined) for (const text of own.warnings) report('warn', text, text);
  configureLevels(config.level, own.options.level !== undefined);
  const contextManager = registerContext(own.plugIns.contextManager);
  const propagator = own.plugIns.propagator ?? createPropagator(own.propagators ?? config.propagators);
  if (propagator !== undefined) {
    registerGlobally('propagation', () => propagation.setGlobalPropagator(propagator));
  }
  const nobodySees = !config.exportTraces && (own.plugIns.spanProcessors ?? []).length === 0;
  if (config.disabled || nobodySees) current.started = INERT;
  else {
    // The thread that has the pool measures what all threads record into it.
    const meterProvider =
      attachment === undefined ? selfMeterProvider(own.plugIns.meterProvider, config) : undefined;
    const plugIns: PlugInOptions = { ...own.plugIns, meterProvider };
    const parts = attachment ?? ownLanes({ ...own, plugIns }, contextManager);
    current.started = new Runtime({ config, contextManager, options: own.options, plugIns, ...parts });
  }
  return current.started;
}

/** Where the active context is: in a context manager of the application's, or one that somebody else has registered, if there is one. */
function registerContext(given: ContextManager | undefined): ActiveContext {
  if (given !== undefined) {
    registerGlobally('context', () => {
      given.enable();
      return context.setGlobalContextManager(given);
    });
    return context;
  }
  const own = new AsyncLocalStorageContextManager();
  return registerGlobally('context', () => context.setGlobalContextManager(own)) ? own : context;
}

/** Telemetry that does nothing: disabled by configuration. */
export const INERT: Telemetry = {
  ready: Promise.resolve(),
  forceFlush: () => Promise.resolve(true),
  flushSync: () => true,
  stats: emptyStats,
  shutdown: () => Promise.resolve(true),
};

interface RuntimeParts {
  readonly config: ResolvedConfig;
  readonly contextManager: ActiveContext;
  readonly options: ConfigOptions;
  readonly plugIns: PlugInOptions;
  readonly resource: ResourceView;
  /** Undefined: nothing but the application's processors gets spans (`tracesExporter: 'none'`). */
  readonly lanes: SpanOutlet | undefined;
}

class Runtime implements Telemetry {
  readonly ready: Promise<void>;
  readonly #config: ResolvedConfig;
  readonly #lanes: SpanOutlet | undefined;
  /** Undefined: no plug-ins, spans go straight to the rings. */
  #plugInProvider: RuntimeTracerProvider | undefined;
  /** Of a sampler that asks a service. */
  readonly #stopSampler: (() => void) | undefined;
  /** Of the configurator, where there is no such provider. */
  readonly #configuratorErrors: PlugInErrors | undefined;

  constructor({ config, contextManager, options, plugIns, resource, lanes }: RuntimeParts) {
    this.#config = config;
    this.#lanes = lanes;
    this.ready = this.#lanes?.ready ?? Promise.resolve();
    const sampler = configuredSampler(config.sampler, options.sampler, {
      resourceAttributes: () => Object.fromEntries(resource.attributes) as Attributes,
    });
    this.#stopSampler = sampler.stop;
    const flush = {
      forceFlush: (timeoutMillis: number | undefined) => this.forceFlush(timeoutMillis),
      shutdown: (timeoutMillis: number | undefined) => this.shutdown(timeoutMillis),
    };
    const producer = this.#lanes?.producer;
    const makeProvider = () => {
      const { randomFlag, sampler: given } = options;
      const isForeign = given !== undefined && 'shouldSample' in given && !isOwnSampler(given);
      const allowsRandomFlag = randomFlag === true || !isForeign;
      const parts = { config, plugIns, sampler, producer, resource, allowsRandomFlag };
      const provider = new RuntimeTracerProvider({ ...parts, ...flush });
      this.#plugInProvider = provider;
      setActiveRecording({ tracerProvider: provider });
      return provider;
    };
    if (producer !== undefined && sampler.words !== undefined && !wantsEverySpan(plugIns)) {
      const { recording, defineScope } = producer;
      this.#configuratorErrors = new PlugInErrors(handleErrorLater);
      const scopes = new ScopeSwitch(plugIns.tracerConfigurator, this.#configuratorErrors);
      const spanResource = new RuntimeResource(resource);
      const active = {
        ...{ recording, sampler: sampler.words, contextManager, resource: spanResource },
        ...{ defineScope, scopes },
      };
      // Another object: templates see that something has changed.
      const onConfigured = () => setActiveRecording({ ...active });
      register(
        new OffloopTracerProvider({ ...active, ...flush, onConfigured, makeProcessable: makeProvider }),
      );
      setActiveRecording(active);
      return;
    }
    register(makeProvider());
  }

  async forceFlush(timeoutMillis = this.#config.exporter.timeoutMillis): Promise<boolean> {
    const results = await Promise.all([
      this.#plugInProvider?.flushProcessors(timeoutMillis),
      this.#lanes?.forceFlush(timeoutMillis),
    ]);
    return !results.includes(false);
  }

  flushSync(timeoutMillis?: number): boolean {
    return this.#lanes?.flushSync(timeoutMillis) ?? true;
  }

  stats(): Stats {
    const stats = this.#lanes?.stats() ?? emptyStats();
    const ofPlugIns = this.#plugInProvider?.plugInErrors ?? this.#configuratorErrors?.count ?? 0;
    const plugInErrors = ofPlugIns + callbackErrorCount();
    return plugInErrors === 0 ? stats : { ...stats, plugInErrors };
  }

  shutdown(timeoutMillis = this.#config.shutdownTimeoutMillis): Promise<boolean> {
    this.#stopSampler?.();
    if (this.#plugInProvider !== undefined) return this.#stop(this.#plugInProvider, timeoutMillis);
    return this.#lanes?.shutdown(timeoutMillis) ?? Promise.resolve(true);
  }

  /** Processors first: what they still end goes into the rings. */
  async #stop(provider: RuntimeTracerProvider, timeoutMillis: number): Promise<boolean> {
    const deadline = performance.now() + timeoutMillis;
    const stopped = await provider.stopProcessors(timeoutMillis);
    const complete = await this.#lanes?.shutdown(Math.max(0, deadline - performance.now()));
    return stopped && complete !== false;
  }
}

/** Workers of its own, which other threads find. */
function ownLanes(
  { config, options, plugIns }: Configuration,
  contextManager: ActiveContext,
): Pick<RuntimeParts, 'resource' | 'lanes'> {
  const resource = createProcessResource(config, options.resourceDetectors, plugIns.resource);
  if (!config.exportTraces) return { resource, lanes: undefined };
  const lanes = new ExportLanes({
    config,
    contextRunner: contextManager,
    resource: () => resource.blob(),
    resourceSettled: () => resource.settled,
    offeredResource: () => {
      const { schemaUrl, attributes, entities } = resource;
      return { schemaUrl, attributes: [...attributes], entities };
    },
  });
  lanes.start();
  if (plugIns.meterProvider !== undefined) observeLanes(plugIns.meterProvider, config, lanes);
  return { resource, lanes };
}

/** Plug-ins for which a span has to be an object that they can read. */
function wantsEverySpan({ spanProcessors = [], idGenerator }: PlugInOptions): boolean {
  return spanProcessors.length > 0 || idGenerator !== undefined;
}

function register(provider: TracerProvider): void {
  adoptEarlyTracers(provider);
  registerGlobally('trace', () => trace.setGlobalTracerProvider(provider));
}
