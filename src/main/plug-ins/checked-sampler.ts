// A user's Sampler, expected to throw and to answer with anything: then the span is not recorded, and it is said.
// Dropped, not kept: a sampler is there to keep the volume down, and one that fails at 40,000 spans a second must not
// turn all of them on. Thread: producer. Caller: tracer.ts. Specification: Trace SDK, "ShouldSample".

import type { Attributes, Context, Link, SpanKind, TraceState } from '@opentelemetry/api';
import { isTraceOnly } from '../sampling/trace-only.js';
import { type Sampler, SamplingDecision, type SamplingResult } from '../sdk/types.js';
import { isTraceState } from '../trace/trace-state.js';
import type { PlugInErrors } from './plug-in-errors.js';

/** The answer of a sampler as far as it was checked; `attributes` may be anything. */
export interface CheckedSampling {
  readonly decision: SamplingDecision;
  readonly attributes: unknown;
  readonly traceState: TraceState | undefined;
}

const ROLE = 'Sampler';
const METHOD = 'shouldSample';

const DROP: CheckedSampling = {
  decision: SamplingDecision.NOT_RECORD,
  attributes: undefined,
  traceState: undefined,
};

export class CheckedSampler {
  readonly #sampler: Sampler;
  readonly #errors: PlugInErrors;
  readonly #isTraceOnly: boolean;
  /** Undefined: a getter threw. */
  readonly #method: unknown;

  constructor(sampler: Sampler, errors: PlugInErrors) {
    this.#sampler = sampler;
    this.#errors = errors;
    this.#isTraceOnly = isTraceOnly(sampler);
    this.#method = this.#isTraceOnly ? sampler.shouldSample : undefined;
  }

  /**
   * It need not be shown attributes and links, whose copies a dropped span would pay for in vain. Asked for each span: a test
   * may have put another method into our class's instance since.
   */
  get isTraceOnly(): boolean {
    return this.#isTraceOnly && this.#sampler.shouldSample === this.#method;
  }

  shouldSample(
    context: Context,
    traceId: string,
    name: string,
    kind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): CheckedSampling {
    try {
      const result: unknown = this.#sampler.shouldSample(context, traceId, name, kind, attributes, links);
      // Read here, where a getter may throw.
      const { decision, attributes: added, traceState } = result as SamplingResult;
      if (decision === 0 || decision === 1 || decision === 2) {
        return { decision, attributes: added, traceState: this.#checked(traceState) };
      }
      this.#refuse(
        this.#errors.watch(ROLE, this.#sampler, METHOD, result)
          ? 'gave a promise, and a span cannot wait for it'
          : `gave the decision ${String(decision)}, which is none`,
      );
    } catch (error) {
      this.#errors.report(ROLE, this.#sampler, METHOD, error);
    }
    return DROP;
  }

  #checked(traceState: unknown): TraceState | undefined {
    if (traceState === undefined || traceState === null) return undefined;
    if (isTraceState(traceState)) return traceState;
    this.#refuse('gave a trace state that is none');
    return undefined;
  }

  #refuse(what: string): void {
    this.#errors.report(ROLE, this.#sampler, METHOD, new TypeError(`${METHOD} ${what}`));
  }
}
