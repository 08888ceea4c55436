// Checklist A2, A3, A5: what only the runtime's provider has (spans that go straight to the ring). What holds for both
// ways of recording is in the files of the sections.

import { ROOT_CONTEXT, type Span, trace } from '@opentelemetry/api';
import { describe, expect, test } from 'vitest';
import { setActiveRecording } from '../../../src/main/record/active-recording.js';
import { recorder } from '../../../src/main/recorder.js';
import { OffloopTracerProvider } from '../../../src/main/trace/tracer-provider.js';
import type { DecodedTime } from '../../../src/shared/codec/decoded-span.js';
import { resolveConfig } from '../../../src/shared/config/resolve.js';
import { ORIGIN_UNIX_MILLIS, TestClock } from '../../conformance/test-clock.js';
import { HOSTILE_VALUES } from '../../support/hostile-values.js';
import { contextWithParent, RecordingRig, SPAN_ID, TRACE_ID } from '../../support/recording-rig.js';

type Enabled = { enabled(): boolean };

test('A2.4 A2.7 shutdown reaches tracers that are out already: they say so, and their spans are counted as dropped', () => {
  const rig = new RecordingRig();
  const { tracer } = rig;
  rig.close();
  expect((tracer as unknown as Enabled).enabled()).toBe(false);
  tracer.startSpan('late').end();
  expect(rig.stats).toMatchObject({ recorded: 1, dropped: { already_shutdown: 1 } });
});

test('A2.7 a tracer taken after the shutdown records nothing, and passes the parent on', () => {
  const rig = new RecordingRig();
  rig.close();
  const tracer = rig.provider.getTracer('late');
  expect((tracer as unknown as Enabled).enabled()).toBe(false);
  const span = tracer.startSpan('work', {}, contextWithParent());
  expect(span.isRecording()).toBe(false);
  expect(span.spanContext()).toMatchObject({ traceId: TRACE_ID, spanId: SPAN_ID });
  expect(tracer.startActiveSpan('work', (open) => open.isRecording())).toBe(false);
  span.end();
  expect(rig.stats.recorded).toBe(0);
});

test('A2.7 J1 a tracer taken after the shutdown takes any argument', () => {
  const rig = new RecordingRig();
  rig.close();
  const { tracer } = rig;
  for (const [what, make] of HOSTILE_VALUES) {
    if (/2 MB|10\^|thousand/.test(what)) continue;
    const value = make() as never;
    expect(tracer.startSpan(value, value, value).isRecording(), what).toBe(false);
    expect(
      tracer.startActiveSpan('work', value, value, () => 'returned'),
      what,
    ).toBe('returned');
  }
  expect(tracer.startActiveSpan('work', undefined as never)).toBeUndefined();
  expect(tracer.startActiveSpan('work', () => 'returned')).toBe('returned');
});

test('A2.8 A2.9 the provider hands time-outs on, and what came of it back', async () => {
  const calls: unknown[][] = [];
  const provider = new OffloopTracerProvider({
    ...new RecordingRig().active,
    forceFlush: async (timeoutMillis) => calls.push(['forceFlush', timeoutMillis]) > 9,
    shutdown: async (timeoutMillis) => calls.push(['shutdown', timeoutMillis]) > 0,
  });
  expect(await provider.forceFlush({ timeoutMillis: 0 })).toBe(false);
  expect(await provider.forceFlush({ timeoutMillis: -1 })).toBe(false);
  expect(await provider.forceFlush(null as never)).toBe(false);
  expect(await provider.shutdown({ timeoutMillis: 50 })).toBe(true);
  expect(calls).toEqual([
    ['forceFlush', 0],
    ['forceFlush', undefined],
    ['forceFlush', undefined],
    ['shutdown', 50],
  ]);
});

test('A3.1 a tracer of a running telemetry is enabled', () => {
  expect((new RecordingRig().tracer as unknown as Enabled).enabled()).toBe(true);
});

test('A3.2 A3.8 a dropped span has ids of its own, no sampled flag, and is not recording', () => {
  const rig = new RecordingRig({ sampler: { name: 'always_off' } });
  const [one, two] = [rig.tracer.startSpan('a'), rig.tracer.startSpan('b')].map((span) => span.spanContext());
  expect(trace.isSpanContextValid(one!)).toBe(true);
  expect(one!.spanId).not.toBe(two!.spanId);
  expect(one!.traceFlags & 1).toBe(0);
  const child = rig.tracer.startSpan('c', {}, trace.setSpanContext(ROOT_CONTEXT, one!));
  expect(child.spanContext().traceId).toBe(one!.traceId);
  expect(child.isRecording()).toBe(false);
});

describe('A3.9 the random flag', () => {
  const flagsOf = (rig: RecordingRig, context = ROOT_CONTEXT) =>
    rig.tracer.startSpan('work', {}, context).spanContext().traceFlags;

  test.each([
    ['of roots that are sampled', 'always_on', 0x03],
    ['of roots that are dropped', 'always_off', 0x02],
  ] as const)('A3.9 is set, %s', (_what, name, flags) => {
    expect(flagsOf(new RecordingRig({ sampler: { name } }))).toBe(flags);
  });

  test('A3.9 is kept for children, whatever the switch says, and other bits are not', () => {
    for (const randomFlag of [true, false]) {
      const rig = new RecordingRig({ randomFlag });
      expect(flagsOf(rig, contextWithParent({ traceFlags: 0xff }))).toBe(0x03);
      expect(flagsOf(rig, contextWithParent({ traceFlags: 0x01 }))).toBe(0x01);
      expect(flagsOf(rig, contextWithParent({ traceFlags: 0x02 }))).toBe(0x02);
    }
  });

  test('A3.9 can be switched off for roots, by option and by variable', () => {
    expect(flagsOf(new RecordingRig({ randomFlag: false }))).toBe(0x01);
    const read = (text: string) => resolveConfig({}, { OFFLOOP_TRACE_RANDOM_FLAG: text }, 'strict').config;
    expect([read('').randomFlag, read('TRUE').randomFlag, read('false').randomFlag]).toEqual([
      true,
      true,
      false,
    ]);
    const both = resolveConfig({ randomFlag: true }, { OFFLOOP_TRACE_RANDOM_FLAG: 'false' }, 'strict');
    expect(both.config.randomFlag).toBe(true);
  });

  test.each([true, false])('A3.9 spans of templates have it too (switch: %s)', (randomFlag) => {
    const rig = new RecordingRig({ randomFlag });
    setActiveRecording(rig.active);
    const span = recorder.template({ name: 'work' }).start(ROOT_CONTEXT);
    span.end();
    setActiveRecording(undefined);
    expect([span.spanContext().traceFlags, rig.takeOne().traceFlags]).toEqual(randomFlag ? [3, 3] : [1, 1]);
  });
});

test("A1.3 startActiveSpan goes through the tracer's own startSpan", () => {
  const rig = new RecordingRig();
  const { tracer } = rig;
  const startSpan = tracer.startSpan.bind(tracer);
  const seen: unknown[][] = [];
  tracer.startSpan = (...args) => {
    seen.push(args);
    return startSpan(...args);
  };
  const options = { kind: 2 };
  tracer.startActiveSpan('work', options, ROOT_CONTEXT, (span: Span) => span.end());
  expect(seen).toEqual([['work', options, ROOT_CONTEXT]]);
  expect(rig.takeOne()).toMatchObject({ name: 'work', kind: 3 });
});

describe('A5.2 the clock of later times', () => {
  const HOUR = 3_600_000;

  /** Times of a span during which 5 ms went by and the wall clock was set an hour ahead. */
  function timesOf(startTime: (clock: TestClock) => unknown): DecodedTime[] {
    const rig = new RecordingRig();
    const clock = new TestClock();
    clock.run(() => {
      const span = rig.tracer.startSpan('work', { startTime: startTime(clock) as never });
      clock.millis += 5;
      clock.wallShiftMillis += HOUR;
      span.addEvent('event').end();
    });
    const { events, end } = rig.takeOne();
    return [events[0]!.time, end];
  }

  const monotonic: DecodedTime = { clock: 'monotonic', millis: new TestClock().millis + 5 };

  test.each([
    ['no start time', () => undefined],
    ['a start time of performance.now()', (clock: TestClock) => clock.millis - 1],
    ['a start time that is none', () => 'never'],
  ])('A5.2 after %s it is the monotonic one', (_what, startTime) => {
    expect(timesOf(startTime)).toEqual([monotonic, monotonic]);
  });

  test.each([
    ['a date', () => new Date(Date.now())],
    ['milliseconds since 1970', () => Date.now()],
    ['[seconds, nanoseconds]', () => [ORIGIN_UNIX_MILLIS / 1000, 1]],
  ])('A5.2 after %s it is the wall clock', (_what, startTime) => {
    const nanos = BigInt(ORIGIN_UNIX_MILLIS + new TestClock().millis + 5 + HOUR) * 1_000_000n;
    const wall = { clock: 'unix', nanos };
    expect(timesOf(startTime)).toEqual([wall, wall]);
  });
});
