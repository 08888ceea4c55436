// Telemetry started where a context manager of the application's is registered: that one says what is active.

import { expect, test } from 'vitest';
import { AppProcess } from './app-process.js';
import { expectAllDelivered, startOptions } from './app-run.js';
import { OtlpSink } from './otlp-sink.js';

test('A1.1 spans are active, and parents, through the context manager that the application has registered', async () => {
  const sink = await OtlpSink.start();
  try {
    const app = new AppProcess({ app: 'foreign-context.mjs', args: [{ start: startOptions(sink) }] });
    expect(await app.said('active')).toBe(true);
    expectAllDelivered(await app.ended, sink, 3);
    const ids = new Map(sink.spans.map(({ name, spanId }) => [name, spanId]));
    expect(Object.fromEntries(sink.spans.map(({ name, parentSpanId }) => [name, parentSpanId]))).toEqual({
      outer: '',
      inner: ids.get('outer'),
      template: ids.get('inner'),
    });
  } finally {
    await sink.close();
  }
});
