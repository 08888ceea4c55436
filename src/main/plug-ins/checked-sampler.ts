// A user's Sampler, expected to throw and to answer with anything: then the span is not recorded, and it is said.
// Dropped, not kept: a sampler is there to keep the volume down, and one that fails at 40,000 spans a second must not
// turn all of them on. Thread: producer. Caller: tracer.ts. Specification: Trace SDK, "ShouldSample".

import type { Attributes, Context, Link, SpanKind, TraceState } from '@opentelemetry/api';
import { isTraceOnly } from '../sampling/trace-only.js';
import { type Sampler, SamplingDecision, type SamplingResult } from '../sdk/types.js';
import type { PlugInErrors } from './plug-in-errors.js';

/** The answer of a sampler as far as it was checked; `attributes` may be anything. */
export interface CheckedSampling {
  readonly decision: SamplingDecision;
  readonly attributes: unknown;
  readonly traceState: TraceState | undefined;
}

const DROP: CheckedSampling = {
  decision: SamplingDecision.NOT_RECORD,
  attributes: undefined,
  traceState: undefined,
};

export class CheckedSampler {
  readonly #sampler: Sampler;
  readonly #errors: PlugInErrors;
  /** It need not be shown attributes and links, whose copies a dropped span would pay for in vain. */
  readonly isTraceOnly: boolean;

  constructor(sampler: Sampler, errors: PlugInErrors) {
    this.#sampler = sampler;
    this.#errors = errors;
    this.isTraceOnly = isTraceOnly(sampler);
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
        return { decision, attributes: added, traceState: traceState ?? undefined };
      }
      this.#refuse(`gave the decision ${String(decision)}, which is none`);
    } catch (error) {
      this.#errors.report('Sampler', this.#sampler, 'shouldSample', error);
    }
    return DROP;
  }

  #refuse(what: string): void {
    this.#errors.report('Sampler', this.#sampler, 'shouldSample', new TypeError(`shouldSample ${what}`));
  }
}
