// Libraries that find a provider add their span processor to it in the only way that OpenTelemetry JS 2.0 and later leave them:
// `_activeSpanProcessor._spanProcessors.push`. Real workers, real sockets.

import { afterEach, beforeEach, expect, test } from 'vitest';
import { AppProcess } from './app-process.js';
import { expectEquation, startOptions } from './app-run.js';
import { OtlpSink } from './otlp-sink.js';

let sink: OtlpSink;
beforeEach(async () => {
  sink = await OtlpSink.start();
});
afterEach(async () => {
  await sink.close();
});

async function run(how: string) {
  const app = new AppProcess({ app: 'added-processor.mjs', args: [{ how, start: startOptions(sink) }] });
  const calls = (await app.said('calls')) as string[];
  const end = await app.ended;
  expect(end.code, end.stderr).toBe(0);
  expectEquation(end, sink);
  return { calls, flags: (await app.said('flags')) as number, stderr: end.stderr };
}

const OF_PROCESSOR = [
  'start work',
  'start template',
  'end template of offloop/recorder undefined',
  'end work of shop 1.2',
  'start of a new tracer',
  'end of a new tracer of later undefined',
];

test('A10.7 a processor added to plain telemetry sees spans of tracers handed out before, and what it leaves is exported', async () => {
  const { calls, flags, stderr } = await run('plain');
  expect(calls).toEqual([
    ...OF_PROCESSOR,
    'start dropped',
    'end dropped of shop 1.2',
    'forceFlush',
    'shutdown',
  ]);
  expect(sink.names()).toEqual([
    'begun before',
    'dropped',
    'of a new tracer',
    'template',
    'template',
    'work',
  ]);
  expect(sink.spans.find(({ name }) => name === 'work')?.attributes).toEqual([
    { key: 'added', value: { bool: true } },
  ]);
  expect(stderr).toBe('');
  expect(flags).toBe(3);
});

test('A10.7 also beside a sampler that is asked, whose spans went straight to the ring', async () => {
  const { calls, flags } = await run('sampler');
  expect(calls).toEqual([...OF_PROCESSOR, 'forceFlush', 'shutdown']);
  expect(sink.names()).toEqual(['begun before', 'of a new tracer', 'template', 'template', 'work']);
  // A sampler of others may take any other number than 1 for "not sampled".
  expect(flags).toBe(1);
});
