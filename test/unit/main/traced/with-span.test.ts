import { SpanKind } from '@opentelemetry/api';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { forgetLevels, setLevel } from '../../../../src/main/levels/levels.js';
import { callbackErrorCount } from '../../../../src/main/lifecycle/callback-errors.js';
import { createTestTelemetry, type TestTelemetry } from '../../../../src/main/testing.js';
import { currentSpan, record, withSpan } from '../../../../src/main/traced/with-span.js';

let telemetry: TestTelemetry;
beforeAll(() => {
  telemetry = createTestTelemetry().register();
});
beforeEach(() => {
  telemetry.reset();
});
afterEach(() => {
  forgetLevels();
});
afterAll(() => telemetry.shutdown());

function tree(): string {
  expect(telemetry.openSpans).toEqual([]);
  return telemetry.treeText({ attributes: true });
}

test('withSpan hands out the span, which is active, and returns what the function returns', () => {
  const result = withSpan('outer', (span) => {
    expect(currentSpan()).toBe(span);
    span.setAttribute('a', 1);
    return withSpan('inner', { kind: SpanKind.PRODUCER, attributes: { b: 2 } }, () => 7);
  });
  expect(result).toBe(7);
  expect(currentSpan()).toBeUndefined();
  expect(telemetry.spanNamed('inner').kind).toBe(SpanKind.PRODUCER);
  expect(tree()).toBe('outer {"a":1}\n└─ inner {"b":2}');
});

test('withSpan follows promises, errors and generators', async () => {
  await withSpan('later', { result: (n) => ({ n }) }, async () => 3);
  await expect(
    withSpan('fails', async () => {
      throw new Error('no');
    }),
  ).rejects.toThrow('no');
  expect(() =>
    withSpan('throws', () => {
      throw new Error('at once');
    }),
  ).toThrow('at once');
  const generator = withSpan('generates', function* () {
    yield 1;
  });
  expect(telemetry.openSpans).toHaveLength(1);
  expect([...generator]).toEqual([1]);
  expect(tree()).toBe('later {"n":3}\nfails ERROR: no\nthrows ERROR: at once\ngenerates');
});

test('withSpan disabled by level calls with a span that records nothing', () => {
  setLevel('shop=warn');
  withSpan('outer', () => {
    withSpan('quiet', { target: 'shop' }, (span) => {
      expect(span.isRecording()).toBe(false);
      span.setAttribute('lost', true);
    });
    withSpan('loud', { target: 'shop', level: 'warn' }, (span) => expect(span.isRecording()).toBe(true));
  });
  expect(tree()).toBe('outer\n└─ loud');
});

test('withSpan gives a span without any telemetry', async () => {
  await telemetry.shutdown();
  try {
    expect(withSpan('early', (span) => span.isRecording())).toBe(false);
    expect(currentSpan()).toBeUndefined();
    record({ a: 1 });
  } finally {
    telemetry = createTestTelemetry().register();
  }
});

test('record sets attributes of the active span, and of none without one', () => {
  record({ nobody: 1 });
  const before = callbackErrorCount();
  withSpan('active', () => {
    record({ a: 1, b: undefined });
    record({
      get c(): string {
        throw new Error('getter');
      },
    });
    record(null as never);
  });
  expect(callbackErrorCount() - before).toBe(1);
  expect(tree()).toBe('active {"a":1}');
});

test('what is still empty is not handed to the span at all: a tracer may make anything of undefined', () => {
  const keys: string[] = [];
  withSpan('active', (span) => {
    const setAttribute = span.setAttribute.bind(span);
    span.setAttribute = (key, value) => {
      keys.push(key);
      return setAttribute(key, value);
    };
    record({ a: undefined, b: 0 });
  });
  expect(keys).toEqual(['b']);
});

test.each<[string, unknown[], string]>([
  ['no function', ['x', {}], 'ERR_OFFLOOP_WITH_SPAN_FN'],
  ['a function in the wrong place', ['x', () => {}, {}], 'ERR_OFFLOOP_WITH_SPAN_FN'],
  ['no name', ['', () => {}], 'ERR_OFFLOOP_WITH_SPAN_NAME'],
  ['an unknown option', ['x', { fields: () => {} }, () => {}], 'ERR_OFFLOOP_WITH_SPAN_OPTION'],
])('withSpan refuses %s', (_what, args, code) => {
  expect(() => (withSpan as (...given: unknown[]) => unknown)(...args)).toThrow(
    expect.objectContaining({ name: 'OptionError', code }),
  );
});
