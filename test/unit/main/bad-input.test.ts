// Issue section 5: any value in any API call after start. No exception, bounded time, the rest of the span and the spans
// after it unharmed, and counted. The time bound is for a machine that does other things too: unloaded, no call here
// takes more than a second, and nearly all of that is V8 listing the keys of a million properties.

import { EventEmitter } from 'node:events';
import { type Context, ROOT_CONTEXT, type Span } from '@opentelemetry/api';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { withSpan } from '../../../src/main/context/span-context-node.js';
import { setActiveRecording } from '../../../src/main/record/active-recording.js';
import { recorder } from '../../../src/main/recorder.js';
import { HOSTILE_VALUES } from '../../support/hostile-values.js';
import {
  contextWithParent,
  plainAttributes,
  RecordingRig,
  SPAN_ID,
  TRACE_ID,
} from '../../support/recording-rig.js';

const CALL_MILLIS_MAX = 5000;
/** Quickly made; most large values go beside the ring. */
const SMALL = { ringBytes: 256 * 1024, arenaBytes: 64 * 1024 };

const template = recorder.template({
  name: 'template',
  attributes: [
    ['text', 'string'],
    ['number', 'int'],
  ],
});

// biome-ignore lint/suspicious/noExplicitAny: calls of every wrong type are what this file is about
type Any = any;
type SpanCall = (span: Any, value: Any) => unknown;

const CONTEXT = { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 1 };

const SPAN_CALLS: readonly (readonly [string, SpanCall])[] = [
  ['setAttribute(key)', (span, value) => span.setAttribute(value, 1)],
  ['setAttribute(, value)', (span, value) => span.setAttribute('value', value)],
  ['setAttribute(, [value])', (span, value) => span.setAttribute('value', [value, { value }])],
  ['setAttributes()', (span, value) => span.setAttributes(value)],
  ['setAttributes({ value })', (span, value) => span.setAttributes({ value })],
  ['addEvent(name)', (span, value) => span.addEvent(value)],
  ['addEvent(, attributes)', (span, value) => span.addEvent('event', value)],
  ['addEvent(, attributes, time)', (span, value) => span.addEvent('event', { value }, value)],
  ['addLink()', (span, value) => span.addLink(value)],
  ['addLink({ context })', (span, value) => span.addLink({ context: value })],
  [
    'addLink({ context: parts })',
    (span, value) =>
      span.addLink({ context: { ...CONTEXT, traceFlags: value, isRemote: value, traceState: value } }),
  ],
  [
    'addLink({ context: ids })',
    (span, value) => span.addLink({ context: { ...CONTEXT, traceId: value, spanId: value } }),
  ],
  [
    'addLink({ traceState })',
    (span, value) => span.addLink({ context: { ...CONTEXT, traceState: { serialize: () => value } } }),
  ],
  [
    'addLink({ attributes })',
    (span, value) => span.addLink({ context: CONTEXT, attributes: value, droppedAttributesCount: value }),
  ],
  ['addLinks()', (span, value) => span.addLinks(value)],
  ['addLinks([])', (span, value) => span.addLinks([value, { context: CONTEXT }])],
  ['setStatus()', (span, value) => span.setStatus(value)],
  ['setStatus({ code })', (span, value) => span.setStatus({ code: value, message: value })],
  ['setStatus({ message })', (span, value) => span.setStatus({ code: 2, message: value })],
  ['updateName()', (span, value) => span.updateName(value)],
  ['recordException()', (span, value) => span.recordException(value, value, value)],
  [
    'recordException({})',
    (span, value) => span.recordException({ code: value, name: value, message: value, stack: value }),
  ],
  ['end()', (span, value) => span.end(value)],
];

type TracerCall = (rig: RecordingRig, value: Any) => unknown;

const TRACER_CALLS: readonly (readonly [string, TracerCall])[] = [
  [
    'getTracer(name, version, options)',
    ({ provider }, value) => provider.getTracer(value, value, value).startSpan('x').end(),
  ],
  [
    'getTracer(, , options)',
    ({ provider }, value) =>
      provider
        .getTracer('t', '1', { schemaUrl: value, attributes: value } as never)
        .startSpan('x')
        .end(),
  ],
  ['startSpan(name)', ({ tracer }, value) => tracer.startSpan(value).end()],
  ['startSpan(, options)', ({ tracer }, value) => tracer.startSpan('x', value).end()],
  [
    'startSpan(, { all })',
    ({ tracer }, value) =>
      tracer
        .startSpan('x', { kind: value, attributes: value, links: value, startTime: value, root: value })
        .end(),
  ],
  ['startSpan(, , context)', ({ tracer }, value) => tracer.startSpan('x', {}, value).end()],
  [
    'startSpan(, , context with a span)',
    ({ tracer }, value) => tracer.startSpan('x', {}, withSpan(ROOT_CONTEXT, value)).end(),
  ],
  [
    'startSpan(, , context with a span context)',
    ({ tracer }, value) =>
      tracer.startSpan('x', {}, withSpan(ROOT_CONTEXT, { spanContext: () => value } as never)).end(),
  ],
  [
    'startSpan(, , parent ids)',
    ({ tracer }, value) =>
      tracer.startSpan('x', {}, contextWithParent({ traceId: value, spanId: value })).end(),
  ],
  [
    'startSpan(, , parent parts)',
    ({ tracer }, value) =>
      tracer
        .startSpan('x', {}, contextWithParent({ traceFlags: value, isRemote: value, traceState: value }))
        .end(),
  ],
  [
    'startSpan(, , parent trace state)',
    ({ tracer }, value) =>
      tracer.startSpan('x', {}, contextWithParent({ traceState: { serialize: () => value } })).end(),
  ],
  [
    'startActiveSpan(name, fn)',
    ({ tracer }, value) => tracer.startActiveSpan(value, (span: Span) => span.end()),
  ],
  [
    'startActiveSpan(, options, fn)',
    ({ tracer }, value) => tracer.startActiveSpan('x', value, (span: Span) => span.end()),
  ],
  [
    'startActiveSpan(, options, context, fn)',
    ({ tracer, contextManager }, value) =>
      tracer.startActiveSpan('x', {}, value, (span: Span) => {
        contextManager.active().getValue(Symbol('any'));
        tracer.startSpan('inner').end();
        span.end();
      }),
  ],
  [
    'context.with(context)',
    ({ contextManager, tracer }, value) => contextManager.with(value, () => tracer.startSpan('x').end()),
  ],
  ['context.bind(, target)', ({ contextManager }, value) => contextManager.bind(ROOT_CONTEXT, value)],
  [
    'context.bind(context)',
    ({ contextManager, tracer }, value) =>
      contextManager.bind(value as Context, () => tracer.startSpan('x').end())(),
  ],
  [
    'context.bind(context, emitter)',
    ({ contextManager, tracer }, value) =>
      contextManager
        .bind(value as Context, new EventEmitter())
        .on('x', () => tracer.startSpan('x').end())
        .emit('x'),
  ],
  ['template.start(parent)', (_rig, value) => template.start(value).end('x', 1)],
  ['template.end(values)', (_rig, value) => template.start().end(value, value)],
  ['template.record(times)', (_rig, value) => template.record(value, value, undefined, 'x', 1)],
  ['template.record(, , parent)', (_rig, value) => template.record(0, 1, value, value, value)],
];

let rig: RecordingRig;
beforeEach(() => {
  rig = new RecordingRig();
  setActiveRecording(rig.active);
});
afterEach(() => {
  setActiveRecording(undefined);
});

/** Processor time, not the clock's: no call waits for anything, and other processes of a busy machine are nobody's fault here. */
function timed(name: string, call: () => unknown): void {
  const before = process.cpuUsage();
  try {
    call();
  } catch (error) {
    throw new Error(`${name} threw`, { cause: error });
  }
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1000, name).toBeLessThan(CALL_MILLIS_MAX);
}

/** What was recorded was read whole, or counted as dropped for its size. */
function expectEquation(name: string): void {
  const { recorded, droppedTotal, dropped } = rig.stats;
  expect(recorded, name).toBe(rig.delivered + droppedTotal);
  expect(dropped.record_too_large + dropped.already_shutdown, `${name}: ${JSON.stringify(dropped)}`).toBe(
    droppedTotal,
  );
}

// One value at a time serves all calls: making the large ones takes longer than the calls.
describe.each(HOSTILE_VALUES)('%s', (_name, make) => {
  let value: unknown;
  beforeAll(() => {
    value = make();
  });
  afterAll(() => {
    value = undefined;
  });

  test('is taken by each method of a span', () => {
    for (const [name, call] of SPAN_CALLS) {
      rig = new RecordingRig(SMALL);
      const tracer = rig.tracer;
      const span = tracer.startSpan('span').setAttribute('good', 'before');
      timed(name, () => call(span, value));
      span.setAttribute('also good', 'after');
      timed(name, () => span.end());
      tracer.startSpan('next').setAttribute('k', 1).end();
      const spans = rig.take();
      // Large ones travel beside the ring, and the rig reads them last.
      const next = spans.find((each) => each.name === 'next');
      if (next === undefined) throw new Error(`${name}: nothing was recorded`);
      expect(plainAttributes(next), name).toEqual({ k: 1 });
      if (spans.length === 2)
        expect(plainAttributes(spans[spans[0] === next ? 1 : 0]), name).toMatchObject({ good: 'before' });
      else expect(rig.stats.dropped.record_too_large, name).toBe(1);
      expectEquation(name);
    }
  });

  test('is taken by tracers, contexts and templates', () => {
    for (const [name, call] of TRACER_CALLS) {
      rig = new RecordingRig(SMALL);
      setActiveRecording(rig.active);
      timed(name, () => call(rig, value));
      rig.tracer.startSpan('next').setAttribute('k', 1).end();
      expect(
        rig.take().map((span) => span.name),
        name,
      ).toContain('next');
      expectEquation(name);
    }
  });
});

describe('what is kept beside bad input', () => {
  test('attributes before and after a getter that throws', () => {
    const span = rig.tracer.startSpan('x');
    const attributes = {
      before: 1,
      get broken(): number {
        throw new Error('hostile');
      },
      after: 2,
    };
    span.setAttributes(attributes).end();
    expect(plainAttributes(rig.takeOne())).toEqual({ before: 1, after: 2 });
    expect(rig.stats.invalid.attributes).toBe(1);
  });

  test('options beside one that throws, and the parent', () => {
    const options = {
      attributes: { a: 1 },
      kind: 2,
      get links(): never {
        throw new Error('hostile');
      },
    };
    rig.tracer.startSpan('x', options, contextWithParent()).end();
    const span = rig.takeOne();
    expect(span).toMatchObject({ kind: 3, parentSpanId: SPAN_ID });
    expect(plainAttributes(span)).toEqual({ a: 1 });
    expect(rig.stats.invalid.arguments).toBe(1);
  });

  test('options beside a context that is none', () => {
    rig.tracer.startSpan('x', { attributes: { a: 1 } }, 'no context' as never).end();
    expect(plainAttributes(rig.takeOne())).toEqual({ a: 1 });
  });

  test('an event whose attributes cannot be read keeps its name', () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    rig.tracer.startSpan('x').addEvent('event', proxy).end();
    expect(rig.takeOne().events).toMatchObject([{ name: 'event', attributes: [] }]);
    expect(rig.stats.invalid.attributes).toBe(1);
  });

  test('a value that one proxy shows once as an id and then as something else is read once', () => {
    let reads = 0;
    const context = {
      get traceId() {
        return reads++ === 0 ? TRACE_ID : 'no id any more';
      },
      spanId: SPAN_ID,
      traceFlags: 1,
    };
    rig.tracer.startSpan('x').addLink({ context }).end();
    expect(rig.takeOne().links).toMatchObject([{ traceId: TRACE_ID }]);
  });

  // Making and reading them takes a busy machine long; what may take long is bounded call by call.
  const many = { timeout: 60_000 };
  test(
    '10^6 attributes: the first 128 stay, the others are counted, and as options, event and link too',
    many,
    () => {
      const attributes = Object.fromEntries(Array.from({ length: 1_000_000 }, (_, i) => [`key ${i}`, i]));
      const span = rig.tracer.startSpan('x', { attributes });
      timed('setAttributes', () => span.setAttributes(attributes));
      timed('addEvent', () => span.addEvent('event', attributes));
      timed('addLink', () => span.addLink({ context: CONTEXT, attributes }));
      span.end();
      const recorded = rig.takeOne();
      expect(recorded.attributes.map(({ key }) => key)).toEqual(
        Array.from({ length: 128 }, (_, i) => `key ${i}`),
      );
      // Twice the same keys: the first 128 were overwritten the second time.
      expect(recorded.droppedAttributes).toBe(2 * (1_000_000 - 128));
      expect(recorded.events[0]).toMatchObject({ droppedAttributes: 1_000_000 - 128 });
      expect(recorded.links[0]).toMatchObject({ droppedAttributes: 1_000_000 - 128 });
    },
  );

  test('the same 20 MB of bytes in 1000 items and in 1000 attributes is not copied 1000 times', () => {
    const bytes = Buffer.alloc(20_000_000);
    const list = new Array(1000).fill(bytes);
    const before = process.memoryUsage().arrayBuffers;
    timed('setAttribute', () => rig.tracer.startSpan('x').setAttribute('list', list));
    timed('setAttributes', () =>
      rig.tracer
        .startSpan('x')
        .setAttributes(list as never)
        .end(),
    );
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(400_000_000);
    expect(rig.stats.dropped.record_too_large).toBe(1);
  });

  test('the first 65,536 items of a value, and the truncation is counted', () => {
    rig.tracer.startSpan('x').setAttribute('list', new Array(1_000_000).fill(7)).end();
    expect(plainAttributes(rig.takeOne()).list).toHaveLength(65_536);
    expect(rig.stats.invalid.attributes).toBe(1);
  });

  test('an attribute overwritten with large values stays as large as the last one', () => {
    const span = rig.tracer.startSpan('x');
    for (let i = 0; i < 100; i++) span.setAttribute('text', 'x'.repeat(1_000_000));
    for (let i = 0; i < 100_000; i++) span.setAttribute('count', i);
    span.setAttribute('text', 'small').end();
    expect(plainAttributes(rig.takeOne())).toEqual({ text: 'small', count: 99_999 });
    expect(rig.stats).toMatchObject({ droppedTotal: 0, largeSpans: 0 });
  });

  test('20 MB arrive; what no record can take is dropped and counted', () => {
    rig.tracer.startSpan('kept').setAttribute('text', 'x'.repeat(20_000_000)).end();
    expect(String(plainAttributes(rig.takeOne()).text)).toHaveLength(20_000_000);
    rig.tracer.startSpan('dropped').setAttribute('text', 'x'.repeat(40_000_000)).end();
    expect(rig.take()).toEqual([]);
    expect(rig.stats).toMatchObject({ recorded: 2, dropped: { record_too_large: 1 } });
  });

  test('a getter that uses the span it is set on does not corrupt it', () => {
    const span = rig.tracer.startSpan('x');
    const attributes = {
      get outer() {
        span.setAttribute('inner', 1).setAttribute('outer', 'from inside');
        rig.tracer.startSpan('inside').end();
        return ['outer'];
      },
      get ends() {
        span.end();
        return 'late';
      },
    };
    span.setAttributes(attributes).end();
    const [inside, outer] = rig.take();
    expect(inside.name).toBe('inside');
    expect(plainAttributes(outer)).toEqual({ inner: 1, outer: ['outer'] });
  });

  test('methods without their receiver, as instrumentations pass them on', () => {
    const span = rig.tracer.startSpan('x');
    const { setAttribute, end } = { setAttribute: span.setAttribute.bind(span), end: span.end.bind(span) };
    setAttribute('a', 1);
    end();
    expect(plainAttributes(rig.takeOne())).toEqual({ a: 1 });
  });
});
