import { type Span, SpanStatusCode } from '@opentelemetry/api';
import { beforeEach, describe, expect, test } from 'vitest';
import { plainAttributes, RecordingRig, SPAN_ID, TRACE_ID } from '../../support/recording-rig.js';

let rig: RecordingRig;
let span: Span;
beforeEach(() => {
  rig = new RecordingRig();
  span = rig.tracer.startSpan('span');
});

/** Ends the span and gives its attributes. */
function endedAttributes() {
  span.end();
  return plainAttributes(rig.takeOne());
}

const LINK = { context: { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 1 } };

describe('attributes', () => {
  test('every kind of value arrives as it is', () => {
    const values = {
      text: 'räksmörgås 🦐',
      empty: '',
      zero: 0,
      int: 42,
      negative: -1,
      int32Max: 2 ** 31 - 1,
      int32Over: 2 ** 31,
      safe: Number.MAX_SAFE_INTEGER,
      unsafe: 2 ** 53,
      double: 0.1,
      nan: Number.NaN,
      infinite: Number.NEGATIVE_INFINITY,
      yes: true,
      no: false,
      nothing: null,
      bytes: new Uint8Array([1, 2, 3]),
      list: ['a', 1, true, null, 0.5],
      emptyList: [],
      map: { a: 1, b: { c: [2] } },
      emptyMap: {},
      int64: 2n ** 63n - 1n,
      int64Min: -(2n ** 63n),
    };
    span.setAttributes(values as never);
    expect(endedAttributes()).toEqual({ ...values, unsafe: 2n ** 53n });
    expect(rig.stats.invalid).toEqual({ attributes: 0, times: 0, arguments: 0 });
  });

  test('integers inside 64 bits and doubles are told apart', () => {
    span.setAttributes({
      int: 1,
      wide: 2 ** 40,
      large: 2 ** 60,
      tooLarge: 2 ** 63,
      fraction: 1.5,
      negativeZero: -0,
    });
    span.end();
    const types = rig.takeOne().attributes.map(({ key, value }) => [key, value.type]);
    expect(Object.fromEntries(types)).toMatchObject({
      int: 'int',
      wide: 'int',
      large: 'int',
      tooLarge: 'double',
      fraction: 'double',
    });
  });

  test('the same key overwrites in place, whatever the order and the kind of value', () => {
    span.setAttribute('a', 1).setAttribute('b', 2).setAttribute('a', 'one').setAttributes({ b: true, c: 3 });
    span.setAttribute('a', ['list']);
    span.end();
    const recorded = rig.takeOne();
    expect(recorded.attributes.map(({ key }) => key)).toEqual(['a', 'b', 'c']);
    expect(plainAttributes(recorded)).toEqual({ a: ['list'], b: true, c: 3 });
  });

  test('the last kept attribute is the 128th, the first dropped one the 129th; overwriting goes on', () => {
    for (let i = 0; i < 129; i++) span.setAttribute(`key ${i}`, i);
    span.setAttribute('key 0', 'overwritten').setAttribute('key 128', 'refused');
    span.end();
    const recorded = rig.takeOne();
    expect(recorded.attributes).toHaveLength(128);
    expect(recorded.attributes.at(-1)?.key).toBe('key 127');
    expect(plainAttributes(recorded)['key 0']).toBe('overwritten');
    expect(recorded.droppedAttributes).toBe(2);
  });

  test('undefined is passed over and not counted', () => {
    span.setAttribute('a', undefined as never).setAttributes({ b: undefined, c: 1 });
    expect(endedAttributes()).toEqual({ c: 1 });
    expect(rig.stats.invalid.attributes).toBe(0);
  });

  test('keys are case-sensitive; an empty one is refused and counted', () => {
    span.setAttributes({ Key: 1, key: 2, '': 3 });
    expect(endedAttributes()).toEqual({ Key: 1, key: 2 });
    expect(rig.stats.invalid.attributes).toBe(1);
  });

  test('what a caller changes afterwards does not change the span', () => {
    const list = ['a'];
    const map = { a: { b: 1 } };
    const bytes = Buffer.from([1]);
    span.setAttributes({ list, map, bytes } as never);
    list.push('b');
    map.a.b = 2;
    bytes[0] = 9;
    expect(endedAttributes()).toEqual({ list: ['a'], map: { a: { b: 1 } }, bytes: new Uint8Array([1]) });
  });

  test('own properties only, in their order', () => {
    span.setAttributes(Object.assign(Object.create({ inherited: 1 }), { own: 2 }));
    expect(endedAttributes()).toEqual({ own: 2 });
  });

  test('spans of one name whose keys differ or come in another order keep their own', () => {
    const tracer = rig.tracer;
    const orders = [
      ['a', 'b', 'c'],
      ['a', 'c', 'b'],
      ['c', 'b', 'a'],
      ['a'],
      [],
      ['b', 'a', 'b'],
      ['a', 'b', 'c'],
    ];
    for (let round = 0; round < 3; round++) {
      for (const keys of orders) {
        const each = tracer.startSpan('same name');
        for (const [i, key] of keys.entries()) each.setAttribute(key, `${key}${i}`);
        each.end();
        const expected = Object.fromEntries(keys.map((key, i) => [key, `${key}${i}`]));
        expect(plainAttributes(rig.takeOne())).toEqual(expected);
      }
    }
  });
});

describe('limits', () => {
  test('of the length of values: the last whole one, the first cut one', () => {
    rig = new RecordingRig({ spanLimits: { attributeValueLengthLimit: 4 } });
    span = rig.tracer.startSpan('x');
    span.setAttributes({
      whole: '1234',
      cut: '12345',
      list: ['123456', 123456],
      map: { a: '123456' },
      bytes: new Uint8Array([1, 2, 3, 4, 5]),
      pair: '123😀',
      number: 123456,
    } as never);
    expect(endedAttributes()).toEqual({
      whole: '1234',
      cut: '1234',
      list: ['1234', 123456],
      map: { a: '1234' },
      bytes: new Uint8Array([1, 2, 3, 4]),
      pair: '123',
      number: 123456,
    });
  });

  test('a length of 0 is legal', () => {
    rig = new RecordingRig({ spanLimits: { attributeValueLengthLimit: 0 } });
    span = rig.tracer.startSpan('x');
    span.setAttributes({ a: 'text', b: 1, c: new Uint8Array(1) } as never);
    expect(endedAttributes()).toEqual({ a: '', b: 1, c: new Uint8Array(0) });
  });

  test('of depth: the last level that is kept, the first one that becomes empty', () => {
    rig = new RecordingRig({ spanLimits: { attributeDepthLimit: 2 } });
    span = rig.tracer.startSpan('x');
    span.setAttributes({ kept: [['x']], emptied: [[['x']]], map: { a: { b: { c: 1 } } } } as never);
    expect(endedAttributes()).toEqual({ kept: [['x']], emptied: [[null]], map: { a: { b: null } } });
  });

  test('64 levels by default', () => {
    const nested = (depth: number): unknown => (depth === 0 ? 'core' : [nested(depth - 1)]);
    span.setAttributes({ last: nested(64), first: nested(65) } as never);
    const attributes = endedAttributes();
    expect(JSON.stringify(attributes.last)).toContain('core');
    expect(JSON.stringify(attributes.first)).toBe(`${'['.repeat(64)}null${']'.repeat(64)}`);
  });

  test('counts of 0 are legal', () => {
    rig = new RecordingRig({ spanLimits: { attributeCountLimit: 0, eventCountLimit: 0, linkCountLimit: 0 } });
    span = rig.tracer.startSpan('x', { attributes: { a: 1 } });
    span.addEvent('e').addLink(LINK).end();
    expect(rig.takeOne()).toMatchObject({
      attributes: [],
      events: [],
      links: [],
      droppedAttributes: 1,
      droppedEvents: 1,
      droppedLinks: 1,
    });
  });

  test('of events and links: the first 128 stay, in order', () => {
    for (let i = 0; i < 130; i++) {
      span.addEvent(`event ${i}`);
      span.addLink({ ...LINK, attributes: { i } });
    }
    span.end();
    const recorded = rig.takeOne();
    expect(recorded.events.map(({ name }) => name)).toEqual(
      Array.from({ length: 128 }, (_, i) => `event ${i}`),
    );
    expect(recorded.links.map(plainAttributes)).toEqual(Array.from({ length: 128 }, (_, i) => ({ i })));
    expect(recorded).toMatchObject({ droppedEvents: 2, droppedLinks: 2 });
  });

  test('of attributes of one event and one link', () => {
    rig = new RecordingRig({ spanLimits: { attributePerEventCountLimit: 1, attributePerLinkCountLimit: 2 } });
    span = rig.tracer.startSpan('x');
    span.addEvent('e', { a: 1, b: 2, c: 3 });
    span.addLink({ ...LINK, attributes: { a: 1, b: 2, c: 3 }, droppedAttributesCount: 5 });
    span.end();
    const { events, links } = rig.takeOne();
    expect(events[0]).toMatchObject({ attributes: [{ key: 'a' }], droppedAttributes: 2 });
    expect(links[0]).toMatchObject({ attributes: [{ key: 'a' }, { key: 'b' }], droppedAttributes: 6 });
  });
});

describe('events', () => {
  test('name, attributes and order', () => {
    span
      .addEvent('first')
      .addEvent('second', { a: 1, list: ['x'] })
      .addEvent('first')
      .end();
    const { events } = rig.takeOne();
    expect(events.map((event) => [event.name, plainAttributes(event)])).toEqual([
      ['first', {}],
      ['second', { a: 1, list: ['x'] }],
      ['first', {}],
    ]);
  });

  test('a time instead of attributes, or behind them', () => {
    const time = new Date(1000);
    span
      .addEvent('a', time)
      .addEvent('b', { k: 1 }, time)
      .addEvent('c', undefined, time)
      .addEvent('d', [1, 0]);
    span.end();
    for (const event of rig.takeOne().events) {
      expect(event.time, event.name).toEqual({ clock: 'unix', nanos: 1_000_000_000n });
    }
  });

  test('without a time it is when it was added', () => {
    const before = performance.now();
    span.addEvent('now');
    const after = performance.now();
    span.end();
    const { time } = rig.takeOne().events[0];
    if (time.clock !== 'monotonic') throw new Error('not monotonic');
    expect(time.millis).toBeGreaterThanOrEqual(before - 0.1);
    expect(time.millis).toBeLessThanOrEqual(after + 0.1);
  });
});

describe('links', () => {
  test('all of a link arrives', () => {
    span.addLink({
      context: {
        traceId: TRACE_ID,
        spanId: SPAN_ID,
        traceFlags: 3,
        isRemote: true,
        traceState: { serialize: () => 'a=1' } as never,
      },
      attributes: { k: 'v' },
    });
    span.addLinks([LINK, LINK]).end();
    const { links } = rig.takeOne();
    expect(links).toHaveLength(3);
    expect(links[0]).toMatchObject({
      traceId: TRACE_ID,
      spanId: SPAN_ID,
      traceFlags: 3,
      isRemote: true,
      traceState: 'a=1',
    });
    expect(plainAttributes(links[0])).toEqual({ k: 'v' });
    expect(links[1]).toMatchObject({ isRemote: false, traceState: '', attributes: [] });
  });

  test('zeros are ids of a link, anything else that is no id is counted', () => {
    const zero = { traceId: '0'.repeat(32), spanId: '0'.repeat(16), traceFlags: 0 };
    span.addLink({ context: zero, attributes: { a: 1 } });
    span.addLink({ context: { ...zero, traceId: 'x' } });
    span.addLink({} as never);
    span.end();
    const recorded = rig.takeOne();
    expect(recorded.links.map(({ traceId }) => traceId)).toEqual([zero.traceId]);
    expect(rig.stats.invalid.arguments).toBe(2);
  });
});

describe('status', () => {
  const { UNSET, OK, ERROR } = SpanStatusCode;
  test.each([
    [[], UNSET, ''],
    [[{ code: UNSET }], UNSET, ''],
    [[{ code: ERROR, message: 'bad' }], ERROR, 'bad'],
    [[{ code: ERROR }], ERROR, ''],
    [[{ code: ERROR, message: '' }], ERROR, ''],
    [[{ code: OK, message: 'ignored' }], OK, ''],
    [
      [
        { code: ERROR, message: 'bad' },
        { code: UNSET, message: 'x' },
      ],
      ERROR,
      'bad',
    ],
    [[{ code: ERROR, message: 'bad' }, { code: OK }], OK, ''],
    [[{ code: OK }, { code: ERROR, message: 'late' }], OK, ''],
    [[{ code: OK }, { code: UNSET }], OK, ''],
    [
      [
        { code: ERROR, message: 'first' },
        { code: ERROR, message: 'second' },
      ],
      ERROR,
      'second',
    ],
    [[{ code: ERROR, message: 'first' }, { code: ERROR }], ERROR, ''],
    [
      [
        { code: UNSET, message: 'x' },
        { code: ERROR, message: 'bad' },
      ],
      ERROR,
      'bad',
    ],
  ])('%j ends as %i %j', (calls, code, message) => {
    for (const status of calls) span.setStatus(status);
    span.end();
    expect(rig.takeOne()).toMatchObject({ statusCode: code, statusMessage: message });
    expect(rig.stats.invalid.arguments).toBe(0);
  });
});

describe('end', () => {
  test('nothing changes any more; each call is counted', () => {
    span.setAttribute('a', 1).end();
    const calls: (() => unknown)[] = [
      () => span.setAttribute('a', 2),
      () => span.setAttributes({ b: 1 }),
      () => span.addEvent('late'),
      () => span.addLink(LINK),
      () => span.addLinks([LINK]),
      () => span.setStatus({ code: 2 }),
      () => span.updateName('late'),
    ];
    for (const call of calls) expect(call()).toBe(span);
    expect(span.recordException(new Error('late'))).toBeUndefined();
    expect(span.end()).toBeUndefined();
    expect(span.isRecording()).toBe(false);
    expect(rig.takeOne()).toMatchObject({ name: 'span', events: [], links: [], statusCode: 0 });
    expect(rig.stats).toMatchObject({ recorded: 1, invalid: { arguments: calls.length + 2 } });
  });

  test('mutators return the span, also while it is open', () => {
    expect(span.isRecording()).toBe(true);
    for (const result of [
      span.setAttribute('a', 1),
      span.setAttributes({}),
      span.addEvent('e'),
      span.addLink(LINK),
      span.addLinks([]),
      span.setStatus({ code: 0 }),
      span.updateName('n'),
    ]) {
      expect(result).toBe(span);
    }
  });

  test('an open span is not recorded', () => {
    span.setAttribute('a', 1);
    expect(rig.take()).toEqual([]);
    expect(rig.stats.recorded).toBe(0);
  });

  test('the last name counts', () => {
    span.updateName('second').updateName('third').end();
    expect(rig.takeOne().name).toBe('third');
  });

  test.each([undefined, null, 5, {}, Symbol('s')])(
    'a name that is %s changes nothing and is counted',
    (name) => {
      span.updateName(name as never).end();
      expect(rig.takeOne().name).toBe('span');
      expect(rig.stats.invalid.arguments).toBe(1);
    },
  );

  test('after shutdown a span is counted and dropped', () => {
    rig.close();
    span.end();
    expect(rig.take()).toEqual([]);
    expect(rig.stats).toMatchObject({ recorded: 1, dropped: { already_shutdown: 1 }, pending: 0 });
  });
});

describe('recordException', () => {
  const exceptionOf = (exception: unknown, ...more: unknown[]) => {
    (span.recordException as (...args: unknown[]) => void)(exception, ...more);
    span.end();
    const { events } = rig.takeOne();
    return events.map((event) => ({ name: event.name, attributes: plainAttributes(event) }));
  };

  test('an error gives type, message and stack', () => {
    const error = new TypeError('bad type');
    expect(exceptionOf(error)).toEqual([
      {
        name: 'exception',
        attributes: {
          'exception.type': 'TypeError',
          'exception.message': 'bad type',
          'exception.stacktrace': error.stack,
        },
      },
    ]);
  });

  test.each([
    ['text', { 'exception.message': 'text' }],
    [{ message: 'm' }, { 'exception.message': 'm' }],
    [
      { name: 'N', message: 'm' },
      { 'exception.type': 'N', 'exception.message': 'm' },
    ],
    [
      { code: 'ENOENT', name: 'Error', message: 'm' },
      { 'exception.type': 'ENOENT', 'exception.message': 'm' },
    ],
    [
      { code: 42, message: 'm' },
      { 'exception.type': '42', 'exception.message': 'm' },
    ],
    [{ name: 'N' }, { 'exception.type': 'N' }],
  ])('%j gives %j', (exception, attributes) => {
    expect(exceptionOf(exception)).toEqual([{ name: 'exception', attributes }]);
  });

  test.each([undefined, null, {}, 5, Symbol('s'), { message: 5 }])(
    '%s gives no event, and is counted',
    (exception) => {
      expect(exceptionOf(exception)).toEqual([]);
      expect(rig.stats.invalid.arguments).toBe(1);
    },
  );

  test('time and further attributes, which win', () => {
    span.recordException({ name: 'N', message: 'm' }, new Date(2000));
    (span.recordException as (...args: unknown[]) => void)({ name: 'N', message: 'm' }, undefined, {
      'exception.message': 'mine',
      more: 1,
    });
    span.end();
    const { events } = rig.takeOne();
    expect(events[0].time).toEqual({ clock: 'unix', nanos: 2_000_000_000n });
    expect(plainAttributes(events[1])).toEqual({
      'exception.type': 'N',
      'exception.message': 'mine',
      more: 1,
    });
  });
});
