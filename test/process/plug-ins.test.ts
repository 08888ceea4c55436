// start() with plug-ins of the application: they see every span, on the main thread, and what they leave goes to the
// collector through the rings. Real workers, real sockets.

import { afterEach, beforeEach, expect, test } from 'vitest';
import { AppProcess } from './app-process.js';
import { expectEquation, startOptions } from './app-run.js';
import { type ArrivedSpan, OtlpSink } from './otlp-sink.js';

let sink: OtlpSink;
beforeEach(async () => {
  sink = await OtlpSink.start();
});
afterEach(async () => {
  await sink.close();
});

async function run(how: string, more: { start?: object; thenShutDown?: boolean; workers?: number } = {}) {
  const { start = {}, thenShutDown = false, workers = 1 } = more;
  const app = new AppProcess({
    app: 'plug-ins.mjs',
    args: [{ how, thenShutDown, start: startOptions(sink, { workers, ...start }) }],
  });
  const [calls, errors] = [(await app.said('calls')) as string[], (await app.said('errors')) as string[]];
  const end = await app.ended;
  expect(end.code, end.stderr).toBe(0);
  return { app, end, calls, errors, stats: end.stats };
}

function named(name: string): ArrivedSpan[] {
  return sink.spans.filter((span) => span.name === name);
}

function attributesOf(span: ArrivedSpan | undefined): object {
  return JSON.parse(JSON.stringify(span?.attributes ?? {}));
}

test.each([1, 0])(
  'A10.7 processors see every span, and change what the collector gets (%i workers)',
  async (workers) => {
    const { end, calls } = await run('processors', { workers });
    expectEquation(end, sink);
    expect(sink.names()).toEqual(['drop', 'noise', 'record only', 'template', 'template', 'work']);
    expect(JSON.stringify(attributesOf(named('work')[0]))).toContain('was here');
    expect(JSON.stringify(attributesOf(named('work')[0]))).toContain('ending');
    expect(JSON.stringify(attributesOf(named('work')[0]))).toContain('kept');
    expect(JSON.stringify(attributesOf(named('work')[0]))).not.toContain('secret');
    expect(calls.filter((call) => call.startsWith('start'))).toHaveLength(6);
    expect(calls.filter((call) => call.startsWith('end'))).toHaveLength(6);
  },
);

test('A10.7 spans of the recorder are made by the tracers, with their parent and values', async () => {
  await run('processors');
  const [work] = named('work');
  const templates = named('template');
  expect(templates.map((span) => span.parentSpanId)).toEqual([work?.spanId, work?.spanId]);
  expect(templates.map((span) => JSON.stringify(attributesOf(span)))).toEqual([
    expect.stringContaining('was here'),
    expect.stringContaining('was here'),
  ]);
});

test('A10.4 processors are flushed before the process ends by itself', async () => {
  expect((await run('processors')).calls.at(-1)).toBe('forceFlush');
});

test('A8.1 A8.2 a sampler object decides: dropped spans go nowhere, spans that only record to processors', async () => {
  const { end, calls } = await run('sampler');
  expectEquation(end, sink);
  expect(sink.names()).toEqual(['noise', 'template', 'template', 'work']);
  expect(calls).toContain('end record only 0');
  expect(calls).not.toContain('start drop');
  expect(JSON.stringify(attributesOf(named('work')[0]))).toContain('rule');
});

test('A8.2 a sampler object is asked without any processor, too', async () => {
  expectEquation((await run('sampler alone')).end, sink);
  expect(sink.names()).toEqual(['noise', 'template', 'template', 'work']);
});

test('A9.3 an id generator makes all ids', async () => {
  await run('ids');
  for (const { traceId, spanId } of sink.spans) {
    expect([traceId, spanId]).toEqual([expect.stringMatching(/^a{20}/), expect.stringMatching(/^b{10}/)]);
  }
  expect(sink.spans).toHaveLength(6);
});

test('A2.6 a configurator switches the tracers of a scope off', async () => {
  await run('configurator');
  expect(sink.names()).toEqual(['drop', 'record only', 'template', 'template', 'work']);
});

test('A2.10 a resource object says what is not said in code', async () => {
  await run('resource', { start: { resourceAttributes: { region: 'south' } } });
  expect(sink.spans).toHaveLength(6);
  const text = JSON.stringify(sink.spans[0]?.resource);
  expect(text).toContain('of the resource');
  expect(text).toContain('south');
  expect(text).not.toContain('north');
});

test('A10.6 a processor that throws takes nothing from the next one, nor from the collector', async () => {
  const { end, calls, errors, stats } = await run('broken');
  expectEquation(end, sink);
  expect(sink.spans).toHaveLength(6);
  expect(calls.filter((call) => call.startsWith('end'))).toHaveLength(6);
  expect(errors).toEqual(Array.from({ length: 6 }, () => 'broken'));
  expect(stats?.plugInErrors).toBe(6);
});

test('A2.7 A2.9 flush and shutdown reach processors once each; what ends later is counted', async () => {
  const { app, calls, stats } = await run('processors', { thenShutDown: true });
  expect([await app.said('flushed'), await app.said('shutdown'), await app.said('later')]).toEqual([
    [true, true],
    true,
    false,
  ]);
  expect(calls.filter((call) => call === 'shutdown')).toEqual(['shutdown']);
  expect(calls).toContain('forceFlush');
  expect(stats).toMatchObject({ recorded: 7, delivered: 6, dropped: { already_shutdown: 1 } });
});

test('with the exporter none, processors get the spans all the same, and no worker runs', async () => {
  const { calls, stats } = await run('processors', { start: { tracesExporter: 'none' } });
  expect(calls.filter((call) => call.startsWith('end'))).toHaveLength(6);
  expect(stats).toMatchObject({ workers: 0, recorded: 0 });
  expect(sink.requests).toEqual([]);
});
