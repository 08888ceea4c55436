// A CommonJS module takes its tracer when it is loaded, before telemetry starts: OpenTelemetry's API promises that it works.

import { afterEach, beforeEach, expect, test } from 'vitest';
import { runApp } from './app-process.js';
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
