// Checklist J1 to J9: errors and what is said about them, as far as the application's thread is concerned. What single
// calls do with bad input is in test/unit/main/bad-input.test.ts; plug-ins are in A8, A10 and A12.

import { context, DiagLogLevel, diag, ROOT_CONTEXT, type Span, type Tracer, trace } from '@opentelemetry/api';
import { setGlobalErrorHandler } from '@opentelemetry/core';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { TracerProvider } from '../../../src/main/sdk/tracer-provider.js';
import { resolveConfig } from '../../../src/shared/config/resolve.js';
import { OptionError } from '../../../src/shared/errors.js';
import { SUBJECTS } from '../../support/checklist-subjects.js';
import { collectDiagMessages } from '../../support/diag-messages.js';
import { HOSTILE_VALUES } from '../../support/hostile-values.js';
import { contextWithParent, RecordingRig } from '../../support/recording-rig.js';

type Method = (...args: unknown[]) => unknown;

/** Without those that take long: bad-input.test.ts has them. */
const QUICK_VALUES = HOSTILE_VALUES.filter(([what]) => !/2 MB|10\^|thousand|20,000|endless/.test(what));

/** Every method that takes something, with a value in every place. */
const CALLS: readonly (readonly [
  string,
  (tracer: Tracer, span: Record<string, Method>, value: unknown) => unknown,
])[] = [
  ['startSpan', (tracer, _span, value) => tracer.startSpan(value as never, value as never, value as never)],
  // What the application's own function throws is the application's.
  [
    'startActiveSpan',
    (tracer, _span, value) => typeof value !== 'function' && tracer.startActiveSpan('work', value as never),
  ],
  [
    'startActiveSpan with options',
    (tracer, _span, value) => tracer.startActiveSpan(value as never, value as never, value as never, () => 1),
  ],
  ['setAttribute', (_tracer, span, value) => span.setAttribute!(value, value)],
  ['setAttribute with a key', (_tracer, span, value) => span.setAttribute!('key', value)],
  ['setAttributes', (_tracer, span, value) => span.setAttributes!(value)],
  ['addEvent', (_tracer, span, value) => span.addEvent!(value, value, value)],
  ['addLink', (_tracer, span, value) => span.addLink!(value)],
  ['addLinks', (_tracer, span, value) => span.addLinks!([value])],
  ['setStatus', (_tracer, span, value) => span.setStatus!(value)],
  ['updateName', (_tracer, span, value) => span.updateName!(value)],
  ['recordException', (_tracer, span, value) => span.recordException!(value, value, value)],
  ['end', (_tracer, span, value) => span.end!(value)],
];

afterEach(() => {
  context.disable();
  diag.disable();
  vi.restoreAllMocks();
});

describe.each(SUBJECTS)('$name', ({ create }) => {
  test.each(CALLS)(
    'J1 %s throws for no argument',
    (_method, call) => {
      const { provider, take } = create();
      const tracer = provider.getTracer('test');
      let ended = 0;
      for (const [what, make] of QUICK_VALUES) {
        const span = tracer.startSpan('work', {}, ROOT_CONTEXT);
        expect(() => call(tracer, span as never, make()), what).not.toThrow();
        span.end();
        expect(span.isRecording()).toBe(false);
        ended++;
      }
      expect(take().filter(({ parentSpanId }) => parentSpanId === undefined).length).toBeGreaterThan(
        ended / 2,
      );
    },
    60_000,
  );

  test.each(QUICK_VALUES)('J1 getTracer takes %s in every place', (_what, make) => {
    const { provider, take } = create();
    const tracer = provider.getTracer(make() as never, make() as never, make() as never);
    tracer.startSpan('work', {}, ROOT_CONTEXT).end();
    expect(take().map(({ name }) => name)).toEqual(['work']);
  });

  test('J3 a span with nothing right in it leaves the others as they are', () => {
    const { provider, take } = create();
    const tracer = provider.getTracer('test');
    for (const name of ['before', Symbol('s'), 'after']) {
      tracer.startSpan(name as string, { kind: {}, links: [null], startTime: 'x' } as never).end();
    }
    expect(take().map(({ name }) => name)).toEqual(['before', '', 'after']);
  });

  test('J4 a getter that throws costs its own attribute only', () => {
    const { provider, takeOne } = create();
    const attributes = {
      before: 1,
      get bad(): number {
        throw new Error('of the application');
      },
      after: 2,
    };
    provider.getTracer('test').startSpan('work', { attributes }).end();
    const { attributes: kept, droppedAttributes } = takeOne();
    expect([kept, droppedAttributes]).toEqual([{ before: 1, after: 2 }, 1]);
  });

  test('J4 a getter that starts spans while the options are read changes nobody else', () => {
    const { provider, take } = create();
    const tracer = provider.getTracer('test');
    const other = contextWithParent({ traceId: 'e'.repeat(32), spanId: 'e'.repeat(16), isRemote: true });
    const options = {
      get kind(): number {
        tracer.startSpan('inner', {}, other).end();
        return 2;
      },
    };
    tracer.startSpan('outer', options, contextWithParent({ spanId: 'd'.repeat(16), isRemote: false })).end();
    const outer = take().find(({ name }) => name === 'outer');
    expect([outer?.parentSpanId, outer?.parentIsRemote, outer?.kind]).toEqual(['d'.repeat(16), false, 2]);
  });

  test('J5 there is a span whatever happens, and it can be a parent', () => {
    const { provider } = create();
    const tracer = provider.getTracer('test');
    const throwing = {
      getValue: () => {
        throw new Error('hostile');
      },
    };
    const span = tracer.startSpan('work', {}, throwing as never);
    expect(trace.isSpanContextValid(span.spanContext())).toBe(true);
    const child = tracer.startSpan('child', {}, trace.setSpan(ROOT_CONTEXT, span));
    expect(child.spanContext().traceId).toBe(span.spanContext().traceId);
    // Active in a context that is none, and in one that throws when it is looked at.
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    for (const none of [proxy, new Proxy({}, { get: throwing.getValue }), null, {}]) {
      const seen = tracer.startActiveSpan('active', {}, none as never, (active) => active.spanContext());
      expect(trace.isSpanContextValid(seen)).toBe(true);
    }
  });

  describe('what is said', () => {
    const messages = collectDiagMessages();
    const span = (call: (open: Span) => void, options = {}) => {
      call(create().provider.getTracer('test').startSpan('work', options));
    };

    test.each<[string, RegExp, () => void]>([
      [
        'a value without a form',
        /attribute/,
        () => span((open) => open.setAttribute('key', Symbol('s') as never)),
      ],
      [
        'a part of a value without a form',
        /part of an attribute/,
        () =>
          span((open) =>
            open.setAttribute('key', { list: [() => {}], bad: Symbol('s'), none: undefined } as never),
          ),
      ],
      ['an empty key', /attribute/, () => span((open) => open.setAttribute('', 1))],
      ['a time that is none', /time/, () => span((open) => open.addEvent('event', Number.NaN))],
      ['an end before the start', /start/, () => span((open) => open.end(1), { startTime: 2 })],
      ['a link to nothing', /link/, () => span((open) => open.addLink(null as never))],
      ['links that are none', /links/, () => span((open) => open.addLinks({} as never))],
      ['a status that is none', /status/, () => span((open) => open.setStatus({ code: 9 as never }))],
      ['a name that is none', /name/, () => span((open) => open.updateName(null as never))],
      ['an exception without words', /exception/, () => span((open) => open.recordException({} as never))],
      ['a kind that is none', /kind/, () => span(() => {}, { kind: 9 })],
      [
        'a call after the end',
        /end/,
        () =>
          span((open) => {
            open.end();
            open.updateName('late');
          }),
      ],
      [
        'a second end',
        /end/,
        () =>
          span((open) => {
            open.end();
            open.end();
          }),
      ],
      [
        'no function',
        /startActiveSpan/,
        () =>
          create()
            .provider.getTracer('test')
            .startActiveSpan('work', 5 as never),
      ],
      [
        'options that throw',
        /./,
        () =>
          span(
            () => {},
            new Proxy(
              {},
              {
                get: () => {
                  throw new Error('x');
                },
              },
            ),
          ),
      ],
    ])('J6 %s is said', (_what, message, call) => {
      call();
      expect(messages).toEqual([expect.stringMatching(message)]);
      expect(messages[0]).toMatch(/^offloop: /);
    });

    test('J7 what a limit discards is said once for the span, whatever it discards', () => {
      const { provider } = create({
        spanLimits: { attributeCountLimit: 1, eventCountLimit: 0, linkCountLimit: 0 },
      });
      const open = provider.getTracer('test').startSpan('work');
      for (let i = 0; i < 100; i++) open.setAttribute(`key ${i}`, i).addEvent('event');
      open.end();
      expect(messages).toHaveLength(1);
    });
  });
});

test('J2 a wrong option stops the start, with its value, its range and a remedy', () => {
  expect(() => resolveConfig({ workers: -1 }, {}, 'strict')).toThrow(OptionError);
  expect(() => resolveConfig({ randomFlag: 'yes' as never }, {}, 'strict')).toThrow(/true or false.*false/s);
  expect(resolveConfig({}, { OFFLOOP_TRACE_RANDOM_FLAG: 'no' }, 'lenient').warnings).toHaveLength(1);
});

test('J6 users replace the handler that errors of plug-ins go to', () => {
  const handler = vi.fn();
  setGlobalErrorHandler(handler);
  const broken = new Error('of the processor');
  const provider = new TracerProvider({
    spanProcessors: [
      {
        onStart: () => {
          throw broken;
        },
        onEnd: () => {},
        forceFlush: async () => {},
        shutdown: async () => {},
      },
    ],
  });
  provider.getTracer('test').startSpan('work');
  expect(handler).toHaveBeenCalled();
  expect(
    JSON.stringify(handler.mock.calls, (_key, value) =>
      value instanceof Error ? [value.message, String(value.cause)] : value,
    ),
  ).toContain('of the processor');
});

describe('loss', () => {
  const messages = collectDiagMessages();

  test('J8 that spans are dropped is said when it starts and when it is over, with how many', () => {
    const rig = new RecordingRig({ ringBytes: 65_536 });
    const record = (count: number) => {
      for (let i = 0; i < count; i++) rig.tracer.startSpan('work', {}, ROOT_CONTEXT).end();
    };
    record(2000);
    const dropped = rig.stats.dropped.queue_full;
    expect(dropped).toBeGreaterThan(0);
    expect(messages).toEqual([expect.stringMatching(/being dropped \(queue_full\)/)]);
    rig.take();
    rig.armBell();
    record(1);
    expect(messages).toEqual([expect.anything(), expect.stringMatching(`: ${dropped} spans were dropped`)]);
    record(2000);
    expect(messages[2]).toMatch(/being dropped/);
  });

  test('J8 the loss is said from as many dropped spans on as the threshold says, and with 0 never', () => {
    for (const [dropWarningThreshold, isSaid] of [
      [1, true],
      [700, true],
      [701, false],
      [0, false],
    ] as const) {
      messages.length = 0;
      const rig = new RecordingRig({ ringBytes: 65_536, dropWarningThreshold });
      while (rig.stats.dropped.queue_full < 700) rig.tracer.startSpan('work', {}, ROOT_CONTEXT).end();
      expect(messages, String(dropWarningThreshold)).toHaveLength(isSaid ? 1 : 0);
      rig.take();
      rig.armBell();
      rig.tracer.startSpan('work', {}, ROOT_CONTEXT).end();
      expect(messages, String(dropWarningThreshold)).toHaveLength(isSaid ? 2 : 0);
    }
  });
  test('J8 while the ring stays more than half full, the loss is not over', () => {
    const rig = new RecordingRig({ ringBytes: 65_536 });
    for (let i = 0; i < 2000; i++) rig.tracer.startSpan('work', {}, ROOT_CONTEXT).end();
    rig.takeSome(100);
    rig.armBell();
    rig.tracer.startSpan('work', {}, ROOT_CONTEXT).end();
    expect(messages).toEqual([expect.stringMatching(/being dropped/)]);
  });

  test('J8 a span that is too large for any record is said', () => {
    const rig = new RecordingRig();
    const megabytes = new Uint8Array(20 << 20);
    rig.tracer.startSpan('work', { attributes: { a: megabytes, b: megabytes } as never }).end();
    expect(rig.stats.dropped.record_too_large).toBe(1);
    expect(messages).toEqual([expect.stringMatching(/record_too_large/)]);
  });
});

/** Past everything that was said before. */
let futureMillis = performance.now() + 1e12;
function farFuture(): number {
  futureMillis += 1e9;
  return futureMillis;
}

// Last: they put the clock far ahead of all other tests.
describe.each(SUBJECTS)('$name, as time goes by', ({ create }) => {
  test('J9 a misuse is said at once, then at most once a minute with a count; no Error is made for it', () => {
    const lines: unknown[][] = [];
    const log = (...args: unknown[]) => void lines.push(args);
    diag.setLogger(
      { error: log, warn: log, info: log, debug: log, verbose: log },
      { logLevel: DiagLogLevel.ALL, suppressOverrideMessage: true },
    );
    lines.length = 0;
    let millis = farFuture();
    vi.spyOn(performance, 'now').mockImplementation(() => millis);
    const span = create().provider.getTracer('test').startSpan('work');
    span.end();
    for (let i = 0; i < 1000; i++) span.setAttribute('late', i);
    expect(lines).toHaveLength(1);
    millis += 59_999;
    span.setAttribute('late', 1);
    expect(lines).toHaveLength(1);
    millis += 1;
    span.setAttribute('late', 1);
    expect(lines).toHaveLength(2);
    expect(lines[1]?.[0]).toMatch(/and 1000 more/);
    expect(lines.flat().every((part) => typeof part === 'string')).toBe(true);
  });

  test('J7 what a limit discards is said once for the span, also if that takes hours', () => {
    const lines: unknown[] = [];
    const log = (text: unknown) => void lines.push(text);
    diag.setLogger(
      { error: log, warn: log, info: log, debug: log, verbose: log },
      { logLevel: DiagLogLevel.ALL, suppressOverrideMessage: true },
    );
    lines.length = 0;
    let millis = farFuture();
    vi.spyOn(performance, 'now').mockImplementation(() => millis);
    const { provider, takeOne } = create({ spanLimits: { attributeCountLimit: 1, eventCountLimit: 0 } });
    const span = provider.getTracer('test').startSpan('work');
    for (let i = 0; i < 10; i++) {
      millis += 60_001;
      span.setAttribute(`key ${i}`, i).addEvent('event');
    }
    span.end();
    expect(takeOne()).toMatchObject({ droppedAttributes: 9 });
    expect(lines.filter((text) => String(text).includes('discarded'))).toHaveLength(1);
  });

  test('J6 a logger that throws, and one that makes spans itself, harm nobody', () => {
    const { provider, take } = create();
    const tracer = provider.getTracer('test');
    let calls = 0;
    let isOn = false;
    const log = (): void => {
      if (!isOn) return;
      calls++;
      tracer.startSpan(7 as never, { kind: 9 as never }).end(Number.NaN);
      throw new Error('of the logger');
    };
    diag.setLogger(
      { error: log, warn: log, info: log, debug: log, verbose: log },
      { logLevel: DiagLogLevel.ALL, suppressOverrideMessage: true },
    );
    const millis = farFuture();
    vi.spyOn(performance, 'now').mockImplementation(() => millis);
    isOn = true;
    const span = tracer.startSpan('work', { attributes: { bad: Symbol('s'), good: 1 } as never });
    span.setAttribute('more', 2).end();
    span.end();
    isOn = false;
    expect(calls).toBeGreaterThan(0);
    const work = take().find(({ name }) => name === 'work');
    expect(work?.attributes).toEqual({ good: 1, more: 2 });
  });
});
