// Says once for each TraceIdRatioBased sampler that it decides for a span which has a parent. Thread: producer.
// Callers: trace/sampler.ts, trace-id-ratio-sampler.ts.
// Specification: Trace SDK, "Compatibility warnings for TraceIdRatioBased sampler".

import { report } from '../lifecycle/diagnostics.js';

export class ChildUseWarning {
  #given = false;

  /** Called for each child span: all but the first call cost a branch. */
  warn(): void {
    if (this.#given) return;
    this.#given = true;
    report(
      'warn',
      'trace id ratio as child sampler',
      'the TraceIdRatioBased sampler decides for spans that have a parent; services in other languages may decide ' +
        'otherwise, and traces get holes. Make it the root of a ParentBased sampler, or use ProbabilitySampler.',
    );
  }
}
