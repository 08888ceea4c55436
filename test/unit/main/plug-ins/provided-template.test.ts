// Templates of offloop/recorder while plug-ins see every span: the same calls, over a tracer.

import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AsyncLocalStorageContextManager } from '../../../../src/main/context/context-manager.js';
import { setActiveRecording } from '../../../../src/main/record/active-recording.js';
import { recorder } from '../../../../src/main/recorder.js';
import { TracerProvider } from '../../../../src/main/sdk/tracer-provider.js';
import { SamplingDecision } from '../../../../src/main/sdk/types.js';
import { RecordedProcessor } from '../../../support/recorded-processor.js';

const PARENT = { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 };
let processor: RecordedProcessor;
beforeEach(() => {
  processor = new RecordedProcessor();
  setActiveRecording({ tracerProvider: new TracerProvider({ spanProcessors: [processor] }) });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager());
});
afterEach(() => {
  setActiveRecording(undefined);
  context.disable();
});

const QUERY = recorder.template({
  name: 'query',
  kind: 2,
  scope: { name: 'db', version: '1' },
  attributes: [
    ['sql', 'string'],
    ['rows', 'int'],
  ],
});

test('a span has the name, kind, scope and values of its template', () => {
  QUERY.start().end('select', 3);
  expect(processor.ended).toMatchObject([
    {
      name: 'query',
      kind: 2,
      attributes: { sql: 'select', rows: 3 },
      instrumentationScope: { name: 'db', version: '1' },
    },
  ]);
});

test('a value that is undefined is left out', () => {
  QUERY.start().end(undefined, 3);
  expect(processor.ended[0]?.attributes).toEqual({ rows: 3 });
});

test('the parent is the active span, or the context or span context given', () => {
  const active = trace.setSpanContext(ROOT_CONTEXT, PARENT);
  context.with(active, () => QUERY.start().end('a', 1));
  QUERY.start(active).end('b', 1);
  QUERY.start(PARENT).end('c', 1);
  QUERY.start().end('d', 1);
  expect(processor.ended.map((span) => span.parentSpanContext?.spanId)).toEqual([
    PARENT.spanId,
    PARENT.spanId,
    PARENT.spanId,
    undefined,
  ]);
});

test('a span that was measured before has the times given', () => {
  const now = performance.now();
  QUERY.record(now - 20, now - 5, undefined, 'select', 3);
  const [seconds, nanos] = processor.ended[0]?.duration ?? [0, 0];
  expect(seconds * 1e3 + nanos / 1e6).toBeCloseTo(15, 2);
});

test('an error is the status of the span; a second end is ignored', () => {
  const span = QUERY.start();
  expect(span.isRecording()).toBe(true);
  span.setError().end('select', 1);
  span.end('update', 2);
  expect(span.isRecording()).toBe(false);
  expect(processor.ended).toMatchObject([{ status: { code: 2 }, attributes: { sql: 'select' } }]);
  expect(span.spanContext()).toBe(processor.ended[0]?.spanContext());
});

test('the sampler is asked', () => {
  const sampler = { shouldSample: () => ({ decision: SamplingDecision.NOT_RECORD }) };
  setActiveRecording({ tracerProvider: new TracerProvider({ sampler, spanProcessors: [processor] }) });
  const span = QUERY.start();
  span.end('select', 1);
  expect([span.isRecording(), processor.calls]).toEqual([false, []]);
});

test('a template goes with what start() has made active meanwhile', () => {
  QUERY.start().end('one', 1);
  setActiveRecording(undefined);
  QUERY.start().end('two', 1);
  const other = new RecordedProcessor();
  setActiveRecording({ tracerProvider: new TracerProvider({ spanProcessors: [other] }) });
  QUERY.start().end('three', 1);
  expect([processor.ended.length, other.ended.length]).toEqual([1, 1]);
});

test('a parent whose traps throw is none', () => {
  const hostile = new Proxy(
    {},
    {
      has: () => {
        throw new Error('no');
      },
    },
  );
  QUERY.start(hostile as never).end('select', 1);
  expect(processor.ended[0]?.parentSpanContext).toBeUndefined();
});
