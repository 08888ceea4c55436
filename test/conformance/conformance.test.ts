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
const KINDS = ['string', 'bool', 'int', 'double', 'bytes', 'array', 'map', 'empty'];
const parameters = {
  numRuns: RUNS,
  ...(process.env.CONFORMANCE_RUNS === undefined ? { seed: 20_261_123 } : {}),
};
const counted = { programs: 0, spans: 0 };
/** Spans that have something, by what it is. */
const reached: Record<string, number> = {};

afterAll(() => {
  console.log(`conformance: ${counted.programs} programs, ${counted.spans} exported spans compared`, reached);
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
  for (const exported of runtime.exported) noteWhatIsReached(exported);
  counted.spans += runtime.exported.length;
}

function noteWhatIsReached({ scope, span }: ExportedSpan): void {
  const { status, events, links } = span;
  const text = JSON.stringify(span);
  const has: Record<string, boolean> = {
    parent: span.parentSpanId !== '',
    'remote parent': (span.flags & 0x200) !== 0,
    'trace state': span.traceState !== '',
    duration: span.end !== span.start,
    ok: status.code === 1,
    'error message': status.message !== '',
    events: events.length > 1,
    exceptions: events.some(({ name }) => name === 'exception'),
    links: links.length > 1,
    'link attributes': links.some(({ attributes }) => attributes.length > 0),
    'event attributes': events.some(({ attributes }) => attributes.length > 0),
    'dropped attributes': span.droppedAttributes > 0,
    'dropped events': span.droppedEvents > 0,
    'dropped links': span.droppedLinks > 0,
    'dropped attributes of events': events.some(({ droppedAttributes }) => droppedAttributes > 0),
    'dropped attributes of links': links.some(({ droppedAttributes }) => droppedAttributes > 0),
    'scope attributes': scope.attributes.length > 0,
    ...Object.fromEntries(KINDS.map((kind) => [`${kind} value`, text.includes(`{"${kind}":`)])),
  };
  for (const [what, isThere] of Object.entries(has)) reached[what] = (reached[what] ?? 0) + Number(isThere);
}

test('any program exports the same from offloop as from the official SDK', () => {
  fc.assert(fc.property(anyProgram, compare), parameters);
}, 600_000);

test('the programs reach everything that a span can have, many times', () => {
  expect(counted.programs).toBeGreaterThanOrEqual(RUNS);
  expect(Object.entries(reached).filter(([, count]) => count < RUNS / 10)).toEqual([]);
  expect(counted.spans).toBeGreaterThan(5 * RUNS);
});
