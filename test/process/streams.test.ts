// Traced streams in a process of its own, with the built package, as an OTLP receiver sees them.

import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { appFile, runApp } from './app-process.js';
import { expectAllDelivered, startOptions } from './app-run.js';
import { type ArrivedSpan, OtlpSink } from './otlp-sink.js';

let sink: OtlpSink;
beforeEach(async () => {
  sink = await OtlpSink.start();
});
afterEach(() => sink.close());

test('a server that pipes traced streams: each response whole, each span below its own request', async () => {
  const end = await runApp({
    app: 'streams.mjs',
    args: [{ mode: 'serve', start: startOptions(sink) }],
  });
  expect(end).toMatchObject({ code: 0, stderr: '' });
  const source = readFileSync(appFile('streams.mjs'), 'utf8');
  expect(end.stdout).toContain(JSON.stringify({ bodies: Array(20).fill(source) }));
  expectAllDelivered(end, sink, 80);
  const size = Buffer.byteLength(source);
  const zipped = /^(?!0$)/;
  const trees = sink.spans
    .filter(({ name }) => name.startsWith('/'))
    .map(({ name, spanId, traceId }) => ({
      name,
      children: sink.spans
        .filter(({ parentSpanId }) => parentSpanId === spanId)
        .sort((a, b) => (a.name < b.name ? -1 : 1))
        .map((span) => {
          expect(span).toMatchObject({ traceId, scope: 'offloop', status: { code: 0 } });
          return { name: span.name, attributes: attributesOf(span) };
        }),
    }));
  expect(trees.map(({ name }) => name).sort()).toEqual(Array.from({ length: 20 }, (_, i) => `/${i}`).sort());
  const body = attributesOf(sink.spans.find(({ name }) => name === 'body') as ArrivedSpan);
  expect(body).toMatchObject({ kind: 'web_readable', end: 'completed', bytes: String(size) });
  for (const { children } of trees) {
    expect(children).toMatchObject([
      {
        name: 'file',
        attributes: { kind: 'readable', end: 'completed', items: '1', bytes: String(size) },
      },
      {
        name: 'gzip',
        attributes: {
          kind: 'transform',
          end: 'completed',
          bytes: expect.stringMatching(zipped),
          written_items: '1',
          written_bytes: String(size),
        },
      },
    ]);
    // OTLP has whole numbers as integers, which the decoder gives as texts: 11 ms is '11', 11.2 ms is 11.2.
    expect(Number(children[1]?.attributes.first_item_millis)).toBeGreaterThan(0);
  }
});

test('streams that became garbage have their spans ended and marked; those that are held do not', async () => {
  const end = await runApp({
    app: 'streams.mjs',
    nodeArgs: ['--expose-gc'],
    args: [{ mode: 'abandon', start: startOptions(sink) }],
  });
  expect(end).toMatchObject({ code: 0, stderr: '' });
  expectAllDelivered(end, sink, 6);
  expect(sink.names()).toEqual([
    'stream async iterator',
    'stream iterator',
    'stream readable',
    'stream readable',
    'stream web readable',
    'stream web transform',
  ]);
  for (const span of sink.spans) {
    expect(attributesOf(span)).toMatchObject({ end: 'abandoned', 'offloop.abandoned': true });
    expect(span.status.code).toBe(0);
  }
  expect(sink.spans.map((span) => attributesOf(span).items).sort()).toEqual(['0', '0', '1', '1', '1', '1']);
});

function attributesOf({ attributes }: ArrivedSpan): Record<string, unknown> {
  return Object.fromEntries(
    attributes.map(({ key, value }) => [key.replace('offloop.stream.', ''), Object.values(value)[0]]),
  );
}
