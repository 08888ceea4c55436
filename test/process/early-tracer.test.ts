// CommonJS modules, which have a copy of the API of their own: a tracer that is taken before telemetry starts, which OpenTelemetry's
// API promises to work; the context outside of any.

import { afterEach, beforeEach, expect, test } from 'vitest';
import { AppProcess, runApp } from './app-process.js';
import { OtlpSink } from './otlp-sink.js';

let sink: OtlpSink;
beforeEach(async () => {
  sink = await OtlpSink.start();
});
afterEach(() => sink.close());

test('A1.2 a tracer that a CommonJS module took before start() records', async () => {
  const end = await runApp({
    app: 'early-tracer.cjs',
    environment: { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, OTEL_BSP_SCHEDULE_DELAY: '600000' },
  });
  expect(end).toMatchObject({ code: 0, stderr: '' });
  expect(sink.spans.map((span) => span.scope)).toEqual(Array(10).fill('early'));
});

test('A1.2 for CommonJS modules the context outside of any is a root, though not their ROOT_CONTEXT', async () => {
  const app = new AppProcess({ app: 'root-context.cjs' });
  expect(await app.said('root')).toEqual({ isSame: false, isEmpty: true, isRoot: true, carries: 1 });
  expect(await app.ended).toMatchObject({ code: 0, stderr: '' });
});
