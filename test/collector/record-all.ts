// Test tooling, in the child process. Records planned spans at a pace that drops nothing. Caller: app.ts.

import { writeFileSync } from 'node:fs';
import { PlanRecorder } from './record-plan.ts';
import { planSpan, SPANS_PER_TRACE } from './span-plan.ts';

export interface RecordOptions {
  readonly seed: number;
  readonly count: number;
  /** Spans between two waits for delivery. */
  readonly flushEvery: number;
  /** Where to write what only this process knows: one JSON array (RecordedSpan) a line, in order of the plan. */
  readonly recordedFile: string;
}

export async function recordAll(options: RecordOptions, flush: () => Promise<void>): Promise<void> {
  const recorder = new PlanRecorder();
  const lines: string[] = [];
  for (let index = 0; index < options.count; index++) {
    lines.push(JSON.stringify(recorder.record(planSpan(options.seed, index), SPANS_PER_TRACE)));
    if ((index + 1) % options.flushEvery === 0) await flush();
  }
  await flush();
  writeFileSync(options.recordedFile, `${lines.join('\n')}\n`);
}
