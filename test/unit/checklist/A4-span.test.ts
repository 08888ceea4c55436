// Checklist A4: span operations, for both ways of recording.

import { ROOT_CONTEXT, type Span } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import { describe, expect, test } from 'vitest';
import { SUBJECTS } from '../../support/checklist-subjects.js';
import { collectDiagMessages } from '../../support/diag-messages.js';

const OK = { code: 1 };
const ERROR = { code: 2, message: 'it broke' };
const LINK = { context: { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 } };
const ZERO_LINK = { context: { traceId: '0'.repeat(32), spanId: '0'.repeat(16), traceFlags: 0 } };

function revoked<T extends object>(target: T): T & never {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy as T & never;
}

describe.each(SUBJECTS)('$name', ({ name: subject, create }) => {
  function ended(operate: (span: Span) => void) {
    const { provider, takeOne } = create();
    const span = provider.getTracer('test').startSpan('work');
    operate(span);
    span.end();
    return takeOne();
  }

  test('A4.1 the same key overwrites, and is exported once', () => {
    const { attributes } = ended((span) =>
      span.setAttribute('a', 1).setAttributes({ a: 2, b: 3 }).setAttribute('a', 4),
    );
    expect(Object.entries(attributes)).toEqual([
      ['a', 4],
      ['b', 3],
    ]);
  });

  test('A4.1 A4.2 behind a getter that throws, too, the same key overwrites, and each loss counts once', () => {
    const { attributes, droppedAttributes } = ended((span) => {
      span.setAttribute('known', 'old');
      span.setAttributes({
        before: 1,
        formless: Symbol('s') as never,
        get bad(): number {
          throw new Error('of the application');
        },
        known: 'new',
        after: 2,
      });
    });
    expect(attributes).toEqual({ known: 'new', before: 1, after: 2 });
    expect(droppedAttributes).toBe(2);
  });

  test('A4.2 all value types are kept: texts, numbers, booleans, bytes, mixed arrays, maps, and null', () => {
    const values = {
      text: 'abc',
      int: 42,
      double: 1.5,
      yes: true,
      bytes: new Uint8Array([0, 255]),
      mixed: [1, 'two', false, null, [3]],
      map: { a: { b: [1] }, empty: {} },
      nothing: null,
    };
    expect(ended((span) => span.setAttributes(values)).attributes).toEqual(values);
  });

  test('A4.2 zero, the empty text, the empty array, false and null are values, not absences', () => {
    const values = { zero: 0, text: '', list: [], no: false, nothing: null };
    expect(ended((span) => span.setAttributes(values)).attributes).toEqual(values);
  });

  test('A4.2 a value without an OTLP form is left out, and the others stay', () => {
    class Point {
      x = 1;
    }
    const values = {
      symbol: Symbol('s'),
      call: () => {},
      date: new Date(),
      point: new Point(),
      big: 2n ** 70n,
      ok: 1,
    };
    expect(ended((span) => span.setAttributes(values)).attributes).toEqual({ ok: 1 });
  });

  test('A4.2 a getter that throws takes its own attribute away only', () => {
    const values = {
      a: 1,
      get b(): number {
        throw new Error('no');
      },
      c: 3,
    };
    expect(ended((span) => span.setAttributes(values)).attributes).toEqual({ a: 1, c: 3 });
  });

  test('A4.3 undefined is no value, also in a map; in an array it keeps its place', () => {
    const { attributes, droppedAttributes } = ended((span) => {
      span
        .setAttribute('a', undefined as never)
        .setAttributes({ b: { c: undefined, d: 1 }, e: [1, undefined, 3] });
    });
    expect(attributes).toEqual({ b: { d: 1 }, e: [1, null, 3] });
    expect(droppedAttributes).toBe(0);
  });

  test('A4.4 a key is a text that is not empty, with regard to case', () => {
    const { attributes } = ended((span) => {
      span.setAttribute('', 1).setAttribute('Key', 2).setAttribute('key', 3);
      for (const key of [undefined, null, 5, Symbol('k'), {}]) span.setAttribute(key as never, 4);
    });
    expect(attributes).toEqual({ Key: 2, key: 3 });
  });

  test('A4.4 `__proto__` is a key like any other', () => {
    const { attributes } = ended((span) => span.setAttributes(JSON.parse('{"__proto__": 1, "b": 2}')));
    expect(Object.entries(attributes)).toEqual([
      ['__proto__', 1],
      ['b', 2],
    ]);
  });

  test('A4.5 events keep their order, names, attributes of all types and times', () => {
    const { events } = ended((span) => {
      span
        .addEvent('b')
        .addEvent('a', { list: [1, 'x'], map: { y: 1 } })
        .addEvent('c', [5, 0]);
    });
    expect(events.map((event) => event.name)).toEqual(['b', 'a', 'c']);
    expect(events[1]?.attributes).toEqual({ list: [1, 'x'], map: { y: 1 } });
    expect(events[2]?.timeUnixNanos).toBe(5_000_000_000n);
  });

  test('A4.6 links can be added after the start, behind those given at the start', () => {
    const { provider, takeOne } = create();
    const second = { context: { ...LINK.context, spanId: '3'.repeat(16) } };
    const third = { context: { ...LINK.context, spanId: '4'.repeat(16) }, attributes: { a: [1] } };
    const span = provider.getTracer('test').startSpan('work', { links: [LINK] });
    span.addLinks([second]).addLink(third).end();
    const { links } = takeOne();
    expect(links.map((link) => link.spanId)).toEqual(['2'.repeat(16), '3'.repeat(16), '4'.repeat(16)]);
    expect(links[2]?.attributes).toEqual({ a: [1] });
  });

  test.each([
    ['attributes', () => revoked({})],
    ['a list', () => revoked([])],
  ])('A4.5 an event whose attributes cannot be read (%s) is there without them', (_what, make) => {
    const { events, droppedEvents } = ended((span) => span.addEvent('kept', make()));
    expect(events).toMatchObject([{ name: 'kept', attributes: {}, droppedAttributes: 1 }]);
    expect(droppedEvents).toBe(0);
  });

  test('A4.6 A6.6 a link that cannot be read is counted', () => {
    const { links, droppedLinks } = ended((span) =>
      span.addLink(revoked({})).addLinks([revoked({}), LINK, null as never]),
    );
    expect([links.length, droppedLinks]).toEqual([1, 3]);
  });

  test('A4.6 J3 a trace state of a link that is none is left out: exporters could not write it', () => {
    const traceState = 'a=b' as never;
    const { links } = ended((span) => span.addLink({ context: { ...LINK.context, traceState } }));
    expect(links).toMatchObject([{ ...LINK.context, traceState: '' }]);
  });

  test('A4.6 a link with ids of zeros is kept', () => {
    const { links } = ended((span) => span.addLink({ ...ZERO_LINK, attributes: { why: 'parent unknown' } }));
    expect(links).toMatchObject([{ traceId: '0'.repeat(32), attributes: { why: 'parent unknown' } }]);
  });

  test.each([
    ['Error, then Unset', [ERROR, { code: 0 }], 2, 'it broke'],
    ['Ok, then Error', [OK, ERROR], 1, ''],
    ['Error, then Ok', [ERROR, OK], 1, ''],
    ['Error, then Error without a message', [ERROR, { code: 2 }], 2, ''],
    ['a message with Ok', [{ code: 1, message: 'fine' }], 1, ''],
    ['an empty message', [{ code: 2, message: '' }], 2, ''],
    ['Unset with a message', [{ code: 0, message: 'hm' }], 0, ''],
    ['what is no status', [ERROR, null, undefined, {}, { code: 7 }, 'Ok'], 2, 'it broke'],
  ])('A4.7 the status after %s', (_what, statuses, code, message) => {
    const { statusCode, statusMessage } = ended((span) => {
      for (const status of statuses) span.setStatus(status as never);
    });
    expect([statusCode, statusMessage]).toEqual([code, message]);
  });

  test('A4.8 updateName replaces the name', () => {
    expect(ended((span) => span.updateName('other').updateName(undefined as never)).name).toBe('other');
  });

  test('A4.9 A4.13 after the end nothing changes any more', () => {
    const { provider, takeOne, take } = create();
    const span = provider.getTracer('test').startSpan('work', { attributes: { a: 1 } });
    span.end([2_000_000_000, 0]);
    const before = takeOne();
    span.setAttribute('b', 2).setAttributes({ c: 3 }).addEvent('late').addLink(LINK).addLinks([LINK]);
    span.setStatus(ERROR).updateName('other').recordException(new Error('late'));
    span.end([2_000_000_001, 0]);
    expect(take()).toEqual([]);
    expect(before).toMatchObject({
      name: 'work',
      attributes: { a: 1 },
      events: [],
      links: [],
      statusCode: 0,
    });
    expect((span as Span & { attributes?: object }).attributes ?? {}).not.toHaveProperty('b');
  });

  test('A4.13 a getter that ends the span inside a call changes nothing after the end', () => {
    for (const call of ['setAttribute', 'setAttributes', 'addEvent', 'addLink'] as const) {
      const { provider, takeOne } = create();
      const span = provider.getTracer('test').startSpan('work', { attributes: { a: 1 } }) as Span & {
        readonly attributes?: object;
        readonly events?: object[];
        readonly links?: object[];
      };
      const value = {
        get inner() {
          span.end();
          return 1;
        },
      };
      if (call === 'setAttribute') span.setAttribute('late', value as never);
      if (call === 'setAttributes') span.setAttributes({ late: value } as never);
      if (call === 'addEvent') span.addEvent('late', { late: value } as never);
      if (call === 'addLink') span.addLink({ ...LINK, attributes: { late: value } as never });
      expect(takeOne()).toMatchObject({ attributes: { a: 1 }, events: [], links: [] });
      // Spans of the rings do not keep their attributes.
      const attributes = subject === 'sdk' || subject === 'plugged' ? { a: 1 } : {};
      expect({ ...span.attributes }).toEqual(attributes);
      expect([span.events, span.links]).toEqual([[], []]);
    }
  });

  test('A4.9 the end of a span ends neither its child nor its parent', () => {
    const { provider, take } = create();
    const tracer = provider.getTracer('test');
    const parent = tracer.startSpan('parent');
    const child = tracer.startSpan('child');
    parent.end();
    expect(child.isRecording()).toBe(true);
    child.end();
    expect(take().map((span) => span.name)).toEqual(['parent', 'child']);
  });

  test('A4.10 a span records until its end', () => {
    const span = create().provider.getTracer('test').startSpan('work');
    expect(span.isRecording()).toBe(true);
    span.end();
    expect(span.isRecording()).toBe(false);
  });

  test('A4.11 an exception becomes an event with type, message and stack', () => {
    const error = new TypeError('no good');
    const [event] = ended((span) => span.recordException(error)).events;
    expect(event).toMatchObject({
      name: 'exception',
      attributes: {
        'exception.type': 'TypeError',
        'exception.message': 'no good',
        'exception.stacktrace': error.stack,
      },
    });
  });

  test.each([
    ['a text', 'no good', { 'exception.message': 'no good' }],
    [
      'a code',
      { code: 'ENOENT', name: 'Error', message: 'm' },
      { 'exception.type': 'ENOENT', 'exception.message': 'm' },
    ],
    [
      'a code that is a number',
      { code: 404, message: 'm' },
      { 'exception.type': '404', 'exception.message': 'm' },
    ],
    ['only a name', { name: 'Oops' }, { 'exception.type': 'Oops' }],
  ])('A4.11 an exception that is %s', (_what, exception, attributes) => {
    expect(ended((span) => span.recordException(exception as never)).events).toMatchObject([
      { name: 'exception', attributes },
    ]);
  });

  test.each([[undefined], [null], [5], [{}], [{ stack: 'here' }]])(
    'A4.11 %j says nothing about itself: no event',
    (exception) => {
      expect(ended((span) => span.recordException(exception as never)).events).toEqual([]);
    },
  );

  test('A4.12 attributes given with an exception are added, and win', () => {
    const [event] = ended((span) => {
      const call = span as unknown as { recordException(...args: unknown[]): void };
      call.recordException(new Error('secret'), [7, 0], { 'exception.message': 'redacted', retry: 2 });
    }).events;
    expect(event?.timeUnixNanos).toBe(7_000_000_000n);
    expect(event?.attributes).toMatchObject({
      'exception.type': 'Error',
      'exception.message': 'redacted',
      retry: 2,
    });
  });

  test('A4.1 A1.4 mutators return the span; end and recordException return nothing', () => {
    const span = create().provider.getTracer('test').startSpan('work');
    const results = [
      span.setAttribute('a', 1),
      span.setAttributes({}),
      span.addEvent('e'),
      span.addLink(LINK),
      span.addLinks([]),
      span.setStatus(OK),
      span.updateName('n'),
    ];
    for (const result of results) expect(result).toBe(span);
    expect(span.recordException(new Error('e'))).toBeUndefined();
    expect(span.end()).toBeUndefined();
  });

  test('A4.14 a span that does not record takes every operation, and nothing comes of it', () => {
    const { provider, take } = create();
    const tracer = provider.getTracer('test');
    const span = tracer.startSpan('work', {}, suppressTracing(ROOT_CONTEXT));
    const before = { ...span.spanContext() };
    span.setAttribute('a', 1).setAttributes({ b: 2 }).addEvent('e').addLink(LINK).addLinks([LINK]);
    span.setStatus(ERROR).updateName('other').recordException(new Error('x'));
    span.end();
    expect(span.isRecording()).toBe(false);
    expect(span.spanContext()).toEqual(before);
    expect(take()).toEqual([]);
  });

  describe('what is told', () => {
    const messages = collectDiagMessages();

    test('A4.9 a call after the end, with the name of the span', () => {
      const { provider } = create();
      const span = provider.getTracer('test').startSpan('short-lived');
      span.end();
      expect(messages).toEqual([]);
      span.setAttribute('a', 1);
      span.end();
      expect(messages).toEqual([
        expect.stringMatching(/end.*short-lived/),
        expect.stringMatching(/end.*short-lived/),
      ]);
    });

    test('A4.7 a status message that is no text, which is left out of a status that is taken', () => {
      const { provider, takeOne } = create();
      const span = provider.getTracer('test').startSpan('failed');
      span.setStatus({ code: 2, message: new Error('no text') as never });
      expect(messages).toEqual([expect.stringContaining('a status')]);
      span.setStatus({ code: 2 });
      expect(messages).toHaveLength(1);
      span.end();
      expect(takeOne()).toMatchObject({ statusCode: 2, statusMessage: '' });
    });
  });
});
