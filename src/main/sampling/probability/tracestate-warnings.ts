// What consistent probability sampling has to tell the user, without a flood. Thread: producer.
// Callers: probability-sampler.ts, composite-sampler.ts.
// Specification: Trace SDK, "Compatibility warnings for ProbabilitySampler"; TraceState Handling, "Setting values".

import { report } from '../../lifecycle/diagnostics.js';
import { FLAG_RANDOM } from '../../trace/ids/span-flags.js';

/** Once for each sampler that takes the trace id of a parent's trace for random without being told that it is. */
export class RandomnessWarning {
  #given = false;

  warnUnlessRandom(parentFlags: number): void {
    if (this.#given || (parentFlags & FLAG_RANDOM) !== 0) return;
    this.#given = true;
    report(
      'warn',
      'presumed randomness',
      'a probability sampler takes trace ids for random, but a parent came without the random flag; ' +
        'upgrade its service to W3C Trace Context Level 2',
    );
  }
}

export function reportTooLong(): void {
  report(
    'warn',
    'ot entry too long',
    "a sampling threshold does not fit into the tracestate's ot entry (256 characters); it was left out",
  );
}
