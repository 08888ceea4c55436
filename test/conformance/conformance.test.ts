// The same programs on offloop and on the official SDK: what callers see and what is exported are equal, field by field,
// but for the differences that differences.ts names. In `npm test` a hundred programs from a fixed seed;
// `npm run test:conformance` runs many, from a seed that fast-check prints when it fails.

import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import type { Differences } from './differences.js';
import { OfficialSide } from './official-side.js';
import { RuntimeSide, SdkSide } from './offloop-sides.js';
import type { Program } from './program.js';
import { anyProgram } from './program-arbitraries.js';
import { type ExportedSpan, type Outcome, runProgram } from './run-program.js';

const RUNS = Number(process.env.CONFORMANCE_RUNS ?? 100);
const parameters = {
  numRuns: RUNS,
  ...(process.env.CONFORMANCE_RUNS === undefined ? { seed: 20_261_123 } : {}),
};
const counted = { programs: 0, spans: 0 };

afterAll(() => {
  console.log(`conformance: ${counted.programs} programs, ${counted.spans} exported spans compared`);
});

function bySpanId(exported: readonly ExportedSpan[]): ExportedSpan[] {
  return exported.toSorted((a, b) => (a.span.spanId < b.span.spanId ? -1 : 1));
}

function comparable(outcome: Outcome, differences?: Differences): object {
  return {
    seen: outcome.seen.map((each) => {
      if (each.seen !== 'span') return each;
      const { context } = each;
      const traceFlags = differences?.seenFlags(context) ?? context.traceFlags;
      return { ...each, context: { ...context, traceFlags } };
    }),
    exported: bySpanId(outcome.exported),
  };
}

function compare(program: Program): void {
  const runtime = runProgram(program, new RuntimeSide(program));
  const official = new OfficialSide(program, runtime.started);
  const expected = comparable(runProgram(program, official), official.differences);
  expect(comparable(runtime), 'start()').toEqual(expected);
  const sdk = runProgram(program, new SdkSide(program, runtime.started));
  expect(comparable(sdk), 'offloop/sdk').toEqual(expected);
  counted.programs++;
  counted.spans += runtime.exported.length;
}

test('any program exports the same from offloop as from the official SDK', () => {
  fc.assert(fc.property(anyProgram, compare), parameters);
}, 600_000);
