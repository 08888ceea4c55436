// A context carried by hand: one trace across a child process, a worker thread and a queue, as a collector receives it.

import { afterEach, beforeEach, expect, test } from 'vitest';
import { runApp } from './app-process.js';
import { OtlpSink } from './otlp-sink.js';

let sink: OtlpSink;
beforeEach(async () => {
  sink = await OtlpSink.start();
});
afterEach(async () => {
  await sink.close();
});

test.each([
  ['as they are by default', {}],
  ['none is registered', { OTEL_PROPAGATORS: 'none' }],
])(
  'F16 one trace with baggage reaches a thread, a child process and a job; propagators: %s',
  async (_, environment) => {
    const end = await runApp({
      app: 'carried.mjs',
      environment: { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, ...environment },
    });
    expect(end.code, end.stderr).toBe(0);
    expect(end.stderr).toBe('');
    await sink.arrived(8);
    const spans = new Map(sink.spans.map((span) => [span.spanId, span]));
    expect(new Set(sink.spans.map(({ traceId }) => traceId)).size).toBe(1);
    const path = (id: string): string => {
      const span = spans.get(id);
      return span === undefined ? '' : `${path(span.parentSpanId)}/${span.name}`;
    };
    const index = '/request/parts/parts item';
    expect([...spans.keys()].map(path).sort()).toEqual(
      [
        '/request',
        '/request/parts',
        index,
        index,
        `${index}/in a thread, from workerData`,
        `${index}/in a thread, from a message`,
        `${index}/in a child process`,
        '/request/from a job',
      ].sort(),
    );
    for (const span of sink.spans.filter(({ name }) => /^(in|from) /.test(name))) {
      expect(span.attributes, span.name).toEqual([{ key: 'order', value: { string: '7' } }]);
    }
    const [thread, child] = ['in a thread, from workerData', 'in a child process'].map((name) =>
      spans.get(sink.spans.find((span) => span.name === name)?.parentSpanId ?? ''),
    );
    const indexOf = [{ key: 'offloop.item.index', value: { int: '0' } }];
    expect(thread?.attributes).toEqual(indexOf);
    expect(child?.attributes).toEqual([{ key: 'offloop.item.index', value: { int: '1' } }]);
  },
);
