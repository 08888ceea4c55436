// The proof of the proof: the generator draws every kind of content, and the comparison notices every change of a
// span that the Collector holds.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { startCollector } from './collector.ts';
import { compareRun } from './compare-run.ts';
import type { ReceivedSpan } from './otlp-json.ts';
import type { PlannedValue } from './planned-value.ts';
import type { RecordedSpan } from './record-plan.ts';
import { runApp } from './run-app.ts';
import { planSpan } from './span-plan.ts';

const SEED = 5;
const SPANS = 400;

test('the plan of a large run holds every kind of value and of span', () => {
  const seen = new Set<string>();
  for (let index = 0; index < 30_000; index++) {
    const plan = planSpan(SEED, index);
    for (const [, value] of [...plan.startAttributes, ...plan.laterAttributes]) kindsOf(value, seen, '');
    for (const event of plan.events) {
      seen.add(event.exception === undefined ? 'event' : 'exception');
      for (const [, value] of event.attributes) kindsOf(value, seen, 'event ');
    }
    for (const link of [...plan.startLinks, ...plan.laterLinks]) {
      seen.add(`link remote ${link.context.isRemote}`);
      for (const [, value] of link.attributes) kindsOf(value, seen, 'link ');
    }
    for (const item of [
      `parent ${plan.parent.kind}`,
      `trace state ${plan.traceState !== ''}`,
      `kind ${plan.kind}`,
      `scope ${plan.scope.version} ${plan.scope.schemaUrl}`,
      `start ${plan.start.form}`,
      `end ${plan.end.form}`,
      `status ${plan.statusCalls.map(({ code, message }) => `${code} ${message !== undefined}`)}`,
      `renamed ${plan.renamedTo !== undefined}`,
      `over limit ${plan.startAttributes.length + plan.laterAttributes.length > 128}`,
      `over limit of events ${plan.events.length > 128}`,
      `over limit of links ${plan.startLinks.length + plan.laterLinks.length > 128}`,
    ]) {
      seen.add(item);
    }
  }
  for (const where of ['', 'event ', 'link ', 'array ', 'map ']) {
    for (const kind of VALUE_KINDS) expect.soft([...seen], where + kind).toContain(where + kind);
  }
  for (const item of SPAN_KINDS) expect.soft([...seen], item).toContain(item);
});

const VALUE_KINDS = [
  'string',
  'empty string',
  'string with unicode',
  'string with lone surrogate',
  'boolean',
  'int',
  'negative int',
  'int beyond 32 bits',
  'int beyond 53 bits',
  'negative zero',
  'double',
  'double NaN',
  'double Infinity',
  'double -Infinity',
  'bytes',
  'empty bytes',
  'array',
  'empty array',
  'map',
  'empty map',
  'null',
];

const SPAN_KINDS = [
  'event',
  'exception',
  'link remote true',
  'link remote false',
  'link remote undefined',
  'parent root',
  'parent local',
  'parent remote',
  'trace state true',
  'trace state false',
  ...[0, 1, 2, 3, 4].map((kind) => `kind ${kind}`),
  'scope 1.2.3 undefined',
  'scope 1.2.3 https://opentelemetry.io/schemas/1.27.0',
  'scope undefined undefined',
  'scope undefined https://opentelemetry.io/schemas/1.36.0',
  ...['hrtime', 'date', 'epoch', 'performance', 'now'].flatMap((form) => [`start ${form}`, `end ${form}`]),
  'status ',
  'status 1 false',
  'status 2 false',
  'status 2 true',
  'status 2 true,1 false',
  'status 1 false,2 true',
  'renamed true',
  'over limit true',
  'over limit of events true',
  'over limit of links true',
];

function kindsOf(value: PlannedValue, seen: Set<string>, where: string): void {
  const add = (kind: string) => seen.add(where + kind);
  if (value === null) add('null');
  else if (typeof value === 'boolean') add('boolean');
  else if (typeof value === 'string') {
    add(value === '' ? 'empty string' : 'string');
    if (!value.isWellFormed()) add('string with lone surrogate');
    else if (/[\u{10000}-\u{10FFFF}]/u.test(value)) add('string with unicode');
  } else if (typeof value === 'number') {
    if (Object.is(value, -0)) add('negative zero');
    else if (!Number.isInteger(value)) add(Number.isFinite(value) ? 'double' : `double ${value}`);
    else if (!Number.isSafeInteger(value)) add('int beyond 53 bits');
    else if (Math.abs(value) > 2 ** 31) add('int beyond 32 bits');
    else add(value < 0 ? 'negative int' : 'int');
  } else if (value instanceof Uint8Array) add(value.length === 0 ? 'empty bytes' : 'bytes');
  else if (Array.isArray(value)) {
    add(value.length === 0 ? 'empty array' : 'array');
    for (const item of value) kindsOf(item, seen, 'array ');
  } else {
    add(Object.keys(value).length === 0 ? 'empty map' : 'map');
    for (const item of Object.values(value)) kindsOf(item, seen, 'map ');
  }
}

describe('the comparison of a run that arrived unchanged', () => {
  let recorded: readonly RecordedSpan[];
  const spans: ReceivedSpan[] = [];

  beforeAll(async () => {
    const directory = mkdtempSync(join(tmpdir(), 'offloop-comparison-'));
    const collector = await startCollector({
      binary: inject('collectorBinary'),
      config: 'collector.yaml',
      directory,
    });
    try {
      const options = {
        seed: SEED,
        count: SPANS,
        flushEvery: SPANS,
        recordedFile: join(directory, 'recorded.jsonl'),
      };
      const start = { exporter: { url: `${collector.httpUrl}/v1/traces` } };
      const app = await runApp({ ...options, start }, 60_000);
      recorded = app.recorded;
      await collector.stop();
      for await (const span of collector.readSpans()) spans.push(span);
      expect(spans.length, JSON.stringify(app.stats) + app.stderr).toBe(SPANS);
    } finally {
      await collector.stop();
      rmSync(directory, { recursive: true, force: true });
    }
  });

  test('finds nothing', async () => {
    expect((await compareRun(SEED, recorded, spans)).report).toEqual([]);
  });

  test('notices a missing, a doubled and an unknown span', async () => {
    const [first, second, ...rest] = spans as [ReceivedSpan, ReceivedSpan, ...ReceivedSpan[]];
    const stranger = { ...first, spanId: 'ffffffffffffffff' };
    expect(await compareRun(SEED, recorded, [stranger, second, second, ...rest])).toMatchObject({
      received: SPANS + 1,
      missing: 1,
      duplicated: 1,
      unknown: 1,
    });
  });

  // Each changes one thing of a span on which it can be changed; undefined = this span has no such thing.
  const changes: Record<string, (span: ReceivedSpan) => ReceivedSpan | undefined> = {
    'the parent': (span) => ({ ...span, parentSpanId: span.parentSpanId === '' ? '0123456789abcdef' : '' }),
    'the trace state': (span) => ({ ...span, traceState: `${span.traceState},x=y` }),
    'the remote flag': (span) => ({ ...span, flags: span.flags ^ 0x200 }),
    'the sampled flag': (span) => ({ ...span, flags: span.flags ^ 1 }),
    'the name': (span) => ({ ...span, name: `${span.name} ` }),
    'the kind': (span) => ({ ...span, kind: (span.kind % 5) + 1 }),
    'the scope name': (span) => ({ ...span, scope: { ...span.scope, name: 'shop' } }),
    'the scope version': (span) => ({ ...span, scope: { ...span.scope, version: '3' } }),
    'the scope schema': (span) => ({ ...span, scope: { ...span.scope, schemaUrl: 'https://example.test/' } }),
    'one nanosecond of a given start': (span) =>
      span.startUnixNanos.startsWith('170000')
        ? { ...span, startUnixNanos: plusOne(span.startUnixNanos) }
        : undefined,
    'one nanosecond of a given end': (span) =>
      span.endUnixNanos.startsWith('170000')
        ? { ...span, endUnixNanos: plusOne(span.endUnixNanos) }
        : undefined,
    'a start that was taken by the SDK, by a second': (span) =>
      span.startUnixNanos.startsWith('170000')
        ? undefined
        : { ...span, startUnixNanos: String(BigInt(span.startUnixNanos) - 1_000_000_000n) },
    'an attribute that is gone': (span) =>
      span.attributes.length === 0 ? undefined : { ...span, attributes: span.attributes.slice(1) },
    'an attribute that came twice': (span) =>
      span.attributes.length === 0
        ? undefined
        : { ...span, attributes: [...span.attributes, span.attributes[0]!] },
    'an int that became a double': (span) => withValue(span, /^int (-?\d+)$/, 'double $1'),
    'a double that became a string': (span) => withValue(span, /^double (.*)$/, '"$1"'),
    'bytes that are one shorter': (span) => withValue(span, /^(bytes .*)..$/, '$1'),
    'an array in another order': (span) => withValue(span, /^\[([^,[{]+), ([^,[{]+)\]$/, '[$2, $1]'),
    'an empty value that became an empty string': (span) => withValue(span, /^empty$/, '""'),
    'the count of dropped attributes': (span) => ({
      ...span,
      droppedAttributesCount: span.droppedAttributesCount + 1,
    }),
    'the count of dropped events': (span) => ({ ...span, droppedEventsCount: span.droppedEventsCount + 1 }),
    'the count of dropped links': (span) => ({ ...span, droppedLinksCount: span.droppedLinksCount + 1 }),
    'an event that is gone': (span) =>
      span.events.length === 0 ? undefined : { ...span, events: span.events.slice(0, -1) },
    'the name of an event': (span) => withEvent(span, (event) => ({ ...event, name: 'other' })),
    'the time of an event': (span) =>
      withEvent(span, (event) => ({
        ...event,
        timeUnixNanos: String(BigInt(event.timeUnixNanos) + 1_000_000_000n),
      })),
    'an attribute of an event': (span) =>
      withEvent(span, (event) => ({ ...event, attributes: [['new', 'empty']] })),
    'a link that is gone': (span) =>
      span.links.length === 0 ? undefined : { ...span, links: span.links.slice(1) },
    'the trace of a link': (span) =>
      withLink(span, (link) => ({ ...link, traceId: link.spanId + link.spanId })),
    'the span of a link': (span) => withLink(span, (link) => ({ ...link, spanId: '0123456789abcdef' })),
    'the trace state of a link': (span) => withLink(span, (link) => ({ ...link, traceState: 'x=y' })),
    'the flags of a link': (span) => withLink(span, (link) => ({ ...link, flags: link.flags ^ 0x200 })),
    'an attribute of a link': (span) =>
      withLink(span, (link) => ({ ...link, attributes: [['new', 'empty']] })),
    'the status code': (span) => ({ ...span, status: { ...span.status, code: (span.status.code + 1) % 3 } }),
    'the status message': (span) => ({
      ...span,
      status: { ...span.status, message: `${span.status.message}.` },
    }),
  };

  test.each(Object.entries(changes))('notices a change of %s', async (_what, change) => {
    let changed = 0;
    for (const [index, span] of spans.entries()) {
      const other = change(span);
      if (other === undefined) continue;
      changed++;
      const { different } = await compareRun(SEED, recorded, [...spans.slice(0, index), other]);
      expect(different, `span ${index}`).toBe(1);
      if (changed === 5) break;
    }
    expect(changed).toBeGreaterThan(0);
  });
});

function plusOne(nanos: string): string {
  return String(BigInt(nanos) + 1n);
}

function withValue(span: ReceivedSpan, pattern: RegExp, replacement: string): ReceivedSpan | undefined {
  const at = span.attributes.findIndex(
    ([, value]) => pattern.test(value) && value.replace(pattern, replacement) !== value,
  );
  const found = span.attributes[at];
  if (found === undefined) return undefined;
  return {
    ...span,
    attributes: span.attributes.with(at, [found[0], found[1].replace(pattern, replacement)]),
  };
}

function withEvent(
  span: ReceivedSpan,
  change: (event: ReceivedSpan['events'][number]) => ReceivedSpan['events'][number],
): ReceivedSpan | undefined {
  const [first, ...rest] = span.events;
  return first === undefined ? undefined : { ...span, events: [change(first), ...rest] };
}

function withLink(
  span: ReceivedSpan,
  change: (link: ReceivedSpan['links'][number]) => ReceivedSpan['links'][number],
): ReceivedSpan | undefined {
  const [first, ...rest] = span.links;
  return first === undefined ? undefined : { ...span, links: [change(first), ...rest] };
}
