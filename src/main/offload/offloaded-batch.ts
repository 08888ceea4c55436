// One batch of spans into the pipelines of their resources, and what became of it. Thread: main.
// Caller: otlp-trace-exporter.ts.
//
// A batch of any size: where half of a ring waits for its acknowledgement, the rest of the batch waits too. What does not
// fit after that is dropped and counted, as any span is.

import type { Mark, Settlement } from '../lifecycle/settlement.js';
import type { ReadableSpan } from '../sdk/types.js';
import type { OffloadPipeline } from './offload-pipeline.js';
import type { OffloadPipelines } from './offload-pipelines.js';

/** Everything that fits at once is recorded before this returns for the first time. */
export async function recordBatch(
  spans: readonly ReadableSpan[],
  pipelines: OffloadPipelines,
  timeoutMillis: number,
): Promise<Settlement> {
  const deadline = performance.now() + timeoutMillis;
  const settlements: Settlement[] = [];
  for (let next = 0; next < spans.length; ) {
    const part = new Part();
    // When the time is over there is nothing to wait for any more.
    next = part.record(spans, next, pipelines, settlements.includes('pending'));
    settlements.push(await part.settle(Math.max(0, deadline - performance.now())));
  }
  return worst(settlements);
}

/** What was recorded in one turn. */
class Part {
  readonly #marks = new Map<OffloadPipeline, Mark[]>();
  #refused = false;

  /** Records from `from` on, and returns where it stopped: at the end, or, unless it is to go on, where a ring is crowded. */
  record(spans: readonly ReadableSpan[], from: number, pipelines: OffloadPipelines, goesOn: boolean): number {
    let next = from;
    for (; next < spans.length; next++) {
      const pipeline = pipelines.of(spans[next]);
      if (pipeline === undefined) {
        this.#refused = true;
        continue;
      }
      if (!this.#marks.has(pipeline)) this.#marks.set(pipeline, pipeline.mark());
      // At least one: a part that waits for nothing of its own would never end.
      else if (!goesOn && pipeline.isCrowded) break;
      pipeline.record(spans[next]);
    }
    return next;
  }

  async settle(timeoutMillis: number): Promise<Settlement> {
    const settlements: Settlement[] = await Promise.all(
      [...this.#marks].map(([pipeline, marks]) => pipeline.settle(marks, timeoutMillis)),
    );
    return this.#refused ? worst([...settlements, 'dropped']) : worst(settlements);
  }
}

function worst(settlements: readonly Settlement[]): Settlement {
  if (settlements.includes('pending')) return 'pending';
  return settlements.includes('dropped') ? 'dropped' : 'delivered';
}
