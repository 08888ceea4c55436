// NodeSDK of @opentelemetry/sdk-node, for traces: set-ups written for it change their import. Thread: main. Callers: users,
// through `offloop/sdk`. It is a way to call start(), which makes and registers everything.

import { metrics, trace } from '@opentelemetry/api';
import { causeOf, report } from '../lifecycle/diagnostics.js';
import { INERT, startRuntime, type Telemetry } from '../runtime.js';
import {
  type NodeSDKConfiguration,
  type NodeSDKInstrumentation,
  reportPassedOver,
  startOptionsOf,
} from './node-sdk-configuration.js';

export class NodeSDK {
  readonly #configuration: Partial<NodeSDKConfiguration>;
  #telemetry: Telemetry | undefined;

  /** Starts nothing. What is not given comes from the variables, as in `start()`. */
  constructor(configuration: Partial<NodeSDKConfiguration> = {}) {
    this.#configuration = { ...configuration };
  }

  /**
   * Registers tracer provider, context manager and propagators, and switches the instrumentations on. Once: a process has
   * one telemetry, and later calls, also of other instances, change nothing. Throws an OptionError for a wrong option.
   */
  start(): void {
    if (this.#telemetry !== undefined) return;
    if (process.env.OFFLOOP_INTERNAL_WORKER === '1') {
      this.#telemetry = INERT;
      return;
    }
    const { instrumentations = [] } = this.#configuration;
    this.#telemetry = startRuntime(startOptionsOf(this.#configuration), 'strict');
    reportPassedOver(this.#configuration);
    for (const instrumentation of instrumentations.flat()) switchOn(instrumentation);
  }

  /** Exports what is left and ends the telemetry. Never rejects: what was given up is counted, and said. */
  async shutdown(): Promise<void> {
    await this.#telemetry?.shutdown();
  }
}

/** As registerInstrumentations() of @opentelemetry/instrumentation does it. */
function switchOn(instrumentation: NodeSDKInstrumentation): void {
  try {
    instrumentation.setTracerProvider(trace.getTracerProvider());
    instrumentation.setMeterProvider(metrics.getMeterProvider());
    if (!instrumentation.getConfig().enabled) instrumentation.enable();
  } catch (error) {
    report('warn', 'NodeSDK instrumentation', `an instrumentation was not switched on: ${causeOf(error)}`);
  }
}
