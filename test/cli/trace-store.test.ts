import { describe, expect, test } from 'vitest';
import { pickExampleTrace } from '../../src/cli/receiver/example-trace.js';
import {
  COMPLETE_SETTLE_MILLIS,
  INCOMPLETE_SETTLE_MILLIS,
  TRACES_PER_PUMP_MAX,
  TracePrinter,
} from '../../src/cli/receiver/trace-printer.js';
import { TraceStore } from '../../src/cli/receiver/trace-store.js';
import type { ReceivedSpan } from '../../src/cli/trace/received-span.js';
import { plainSpan, stringAttribute } from './span-fixtures.js';

const limits = { tracesMax: 3, spansPerTraceMax: 2, seenGenerationSize: 4 };
const traceId = (index: number) => index.toString(16).padStart(32, '0');
const root = (index: number, change: Partial<ReceivedSpan> = {}) =>
  plainSpan('1', { traceId: traceId(index), ...change });

describe('store', () => {
  test('keeps the newest traces and drops the oldest for one trace more', () => {
    const store = new TraceStore(limits);
    store.add([root(1), root(2), root(3)]);
    expect([...store.traces()].map((trace) => trace.traceId)).toEqual([traceId(1), traceId(2), traceId(3)]);
    store.add([root(4)]);
    expect([...store.traces()].map((trace) => trace.traceId)).toEqual([traceId(2), traceId(3), traceId(4)]);
    expect(store.counts).toMatchObject({ requests: 2, spans: 4, distinctSpans: 4, evictedTraces: 1 });
  });

  test('keeps the spans of a trace up to the limit and counts the rest', () => {
    const store = new TraceStore(limits);
    store.add(['1', '2', '3'].map((id) => plainSpan(id)));
    const [trace] = store.traces();
    expect([trace?.spans.length, trace?.omittedSpans, store.counts.distinctSpans]).toEqual([2, 1, 3]);
  });

  test('counts a span that comes again, also in another request, and keeps it once', () => {
    const store = new TraceStore(limits);
    store.add([root(1), root(1)]);
    store.add([root(1)]);
    expect(store.counts).toMatchObject({ spans: 3, distinctSpans: 1, duplicateSpans: 2 });
    expect([...store.traces()][0]?.spans).toHaveLength(1);
  });

  test('finds a duplicate within a generation of further spans, and forgets after two', () => {
    const near = new TraceStore(limits);
    for (let index = 1; index <= 5; index++) near.add([root(index)]);
    near.add([root(1)]);
    expect(near.counts.duplicateSpans).toBe(1);
    const far = new TraceStore(limits);
    for (let index = 1; index <= 9; index++) far.add([root(index)]);
    far.add([root(1)]);
    expect(far.counts.duplicateSpans).toBe(0);
  });

  test.each([
    ['a short trace id', { traceId: 'ab' }],
    ['a trace id of zeros', { traceId: '0'.repeat(32) }],
    ['no span id', { spanId: '' }],
    ['a span id of zeros', { spanId: '0'.repeat(16) }],
  ])('refuses a span with %s', (_, change) => {
    const store = new TraceStore(limits);
    expect(store.add([plainSpan('1', change), plainSpan('2')])).toBe(1);
    expect(store.counts).toMatchObject({ spans: 2, distinctSpans: 1, rejectedSpans: 1 });
  });
});

describe('printer', () => {
  function printed(store: TraceStore, nowMillis: number, everything = false): string {
    let text = '';
    new TracePrinter(store, (more) => {
      text += more;
    }).pump(nowMillis, everything);
    return text;
  }

  test('draws a complete trace once it has been quiet for a while, and once only', () => {
    const store = new TraceStore(undefined, () => 1_000);
    store.add([plainSpan('1')]);
    expect(printed(store, 1_000 + COMPLETE_SETTLE_MILLIS - 1)).toBe('');
    expect(printed(store, 1_000 + COMPLETE_SETTLE_MILLIS)).toContain('span 1  [shop, internal]');
    expect(printed(store, 1_000 + COMPLETE_SETTLE_MILLIS)).toBe('');
  });

  test('waits longer for the missing spans of a trace', () => {
    const store = new TraceStore(undefined, () => 0);
    store.add([plainSpan('2', { parentSpanId: '1'.repeat(16) })]);
    expect(printed(store, INCOMPLETE_SETTLE_MILLIS - 1)).toBe('');
    expect(printed(store, INCOMPLETE_SETTLE_MILLIS)).toContain('incomplete');
  });

  test('draws everything at the end', () => {
    const store = new TraceStore(undefined, () => 0);
    store.add([plainSpan('2', { parentSpanId: '1'.repeat(16) })]);
    expect(printed(store, 0, true)).toContain('span 2');
  });

  test('draws a bounded number of traces at a time and says how many it passed over', () => {
    const store = new TraceStore(undefined, () => 0);
    for (let index = 1; index <= TRACES_PER_PUMP_MAX + 3; index++) store.add([root(index)]);
    const text = printed(store, 60_000);
    expect(text.match(/^trace /gm)).toHaveLength(TRACES_PER_PUMP_MAX);
    expect(text).toContain('(3 more traces, not drawn)');
    expect(store.traceCount).toBe(0);
  });
});

describe('example', () => {
  test('is the complete trace with the most services, then the most different spans, then the newest', () => {
    const stock = {
      resource: {
        attributes: [stringAttribute('service.name', 'stock')],
        droppedAttributesCount: 0,
        schemaUrl: '',
      },
    };
    const child = (trace: number, id: string, change: Partial<ReceivedSpan> = {}) =>
      plainSpan(id, { traceId: traceId(trace), parentSpanId: '1'.repeat(16), ...change });
    const store = new TraceStore();
    store.add([root(1), child(1, '2'), child(1, '3'), child(1, '4')]);
    store.add([root(2), child(2, '2', stock)]);
    store.add([root(3), child(3, '2', stock), child(3, '3', { name: 'span 1' })]);
    store.add([root(4), child(4, '2', stock), child(4, '3', { name: 'span 1' })]);
    // More of everything, but without its root.
    store.add([child(5, '2', stock), child(5, '3'), child(5, '4'), child(5, '5')]);
    expect(pickExampleTrace(store.traces())?.traceId).toBe(traceId(4));
  });

  test('is missing where no trace is complete', () => {
    const store = new TraceStore();
    store.add([plainSpan('2', { parentSpanId: '1'.repeat(16) })]);
    expect(pickExampleTrace(store.traces())).toBeUndefined();
  });
});
