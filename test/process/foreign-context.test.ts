// Telemetry started where a context manager of the application's is registered: that one says what is active.

import { expect, test } from 'vitest';
import { AppProcess } from './app-process.js';
import { expectAllDelivered, startOptions } from './app-run.js';
import { OtlpSink } from './otlp-sink.js';

test.each([
  ['has registered', false, [['traceparent'], 0], /already registered a global context manager/],
  ['gives to start(), with a propagator', true, [['mine'], 1], /^$/],
])(
  'A1.1 spans are active, and parents, through the context manager that the application %s',
  async (_, isGiven, carrier, said) => {
    const sink = await OtlpSink.start();
    try {
      const app = new AppProcess({
        app: 'foreign-context.mjs',
        environment: { OTEL_LOG_LEVEL: 'warn' },
        args: [{ start: startOptions(sink), isGiven }],
      });
      expect(await app.said('active')).toBe(true);
      expect(await app.said('carrier')).toEqual(carrier);
      const end = await app.ended;
      expect(end.stderr).toMatch(said);
      expectAllDelivered(end, sink, 3);
      const ids = new Map(sink.spans.map(({ name, spanId }) => [name, spanId]));
      expect(Object.fromEntries(sink.spans.map(({ name, parentSpanId }) => [name, parentSpanId]))).toEqual({
        outer: '',
        inner: ids.get('outer'),
        template: ids.get('inner'),
      });
    } finally {
      await sink.close();
    }
  },
);
