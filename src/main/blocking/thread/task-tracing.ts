// Tracing inside a task's thread: spans are made here and recorded by the thread that wants the task done, so they go through
// its rings, processors and exporters. Thread: the task's. Caller: task-thread.ts.
//
// No second pipeline: a thread that comes and goes with the load would pay for workers, connections and a shutdown. A finished
// span is posted at once, as plain data: a thread that is killed or runs out of memory loses only what had not ended.

import type { MessagePort } from 'node:worker_threads';
import { context, isSpanContextValid, propagation, type TracerProvider, trace } from '@opentelemetry/api';
import { atomicAdd } from '../../../shared/atomics.js';
import { AsyncLocalStorageContextManager } from '../../context/context-manager.js';
import { setLevel } from '../../levels/levels.js';
import { adoptEarlyTracers } from '../../lifecycle/early-tracers.js';
import { handleErrorLater } from '../../plug-ins/late-error-handler.js';
import { createPropagator } from '../../propagation/create-propagator.js';
import { BasicTracerProvider } from '../../sdk/basic-tracer-provider.js';
import { RandomIdGenerator } from '../../sdk/random-id-generator.js';
import { completeSpanLimits } from '../../sdk/span-limits.js';
import { type ReadableSpan, type Sampler, SamplingDecision, type SpanProcessor } from '../../sdk/types.js';
import { FLAG_SAMPLED } from '../../trace/ids/span-flags.js';
import { spanData } from '../message/span-data.js';
import {
  SPANS_IN_FLIGHT_MAX,
  type SpansMessage,
  type TaskCall,
  type TaskThreadData,
} from '../message/task-message.js';
import { TaskClock } from './task-clock.js';

export class TaskTracing {
  /** What the task's caller decided: a root that the task begins follows it. */
  #isSampled = false;
  #levels: string | undefined;

  constructor(port: MessagePort, { limits, spansInFlight, unixMillisAtMonotonicZero }: TaskThreadData) {
    const provider = new BasicTracerProvider({
      // Of no interest here: the receiver has its own.
      resource: () => ({ attributes: {} }) as ReadableSpan['resource'],
      sampler: { sampler: this.#sampler() },
      idGenerator: new RandomIdGenerator(),
      limits: limits ?? completeSpanLimits(undefined),
      processors: [new PostingProcessor(port, spansInFlight)],
      meterProvider: undefined,
      tracerConfigurator: undefined,
      randomFlag: true,
      handleError: handleErrorLater,
      timeSource:
        unixMillisAtMonotonicZero === undefined ? undefined : new TaskClock(unixMillisAtMonotonicZero),
    });
    register(provider);
  }

  /** Before each task: what its caller decided, of sampling and levels. */
  begin([, , span, , levels]: TaskCall): void {
    this.#isSampled = span !== undefined && (span[2] & FLAG_SAMPLED) !== 0;
    // Not at each task: one may have set levels of its own.
    if (levels === undefined || levels === this.#levels) return;
    this.#levels = levels;
    setLevel(levels);
  }

  #sampler(): Sampler {
    return {
      shouldSample: (parentContext) => {
        const parent = trace.getSpanContext(parentContext);
        const isSampled =
          parent !== undefined && isSpanContextValid(parent)
            ? (parent.traceFlags & FLAG_SAMPLED) !== 0
            : this.#isSampled;
        return {
          decision: isSampled ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.NOT_RECORD,
        };
      },
      toString: () => 'OfTheTasksCaller',
    };
  }
}

/** What a preload of the application has registered in this thread stays. */
function register(provider: TracerProvider): void {
  adoptEarlyTracers(provider);
  trace.setGlobalTracerProvider(provider);
  context.setGlobalContextManager(new AsyncLocalStorageContextManager());
  const propagator = createPropagator(['tracecontext', 'baggage']);
  if (propagator !== undefined) propagation.setGlobalPropagator(propagator);
}

class PostingProcessor implements SpanProcessor {
  readonly #port: MessagePort;
  readonly #inFlight: Int32Array;
  #lost = 0;

  constructor(port: MessagePort, inFlight: Int32Array) {
    this.#port = port;
    this.#inFlight = inFlight;
  }

  onStart(): void {}

  onEnd(span: ReadableSpan): void {
    if ((span.spanContext().traceFlags & FLAG_SAMPLED) === 0) return;
    if (atomicAdd(this.#inFlight, 0, 1) >= SPANS_IN_FLIGHT_MAX) {
      atomicAdd(this.#inFlight, 0, -1);
      this.#lost++;
      return;
    }
    try {
      this.#post({ span: spanData(span) });
    } catch {
      atomicAdd(this.#inFlight, 0, -1);
      this.#lost++;
    }
    if (this.#lost > 0) {
      this.#post({ lostSpans: this.#lost });
      this.#lost = 0;
    }
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}

  #post(message: SpansMessage): void {
    this.#port.postMessage(message);
  }
}
