// H and C2 as a collector and an application see them: the resource that spans arrive with, and propagators when
// nothing is recorded.

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runApp } from './app-process.js';
import { expectAllDelivered, startOptions } from './app-run.js';
import { OtlpSink } from './otlp-sink.js';

let sink: OtlpSink;
beforeEach(async () => {
  sink = await OtlpSink.start();
});
afterEach(() => sink.close());

async function resourceOf(
  how: { lateMillis?: number | 'never'; end: string },
  environment: NodeJS.ProcessEnv = {},
) {
  const options = startOptions(sink, { exitTimeoutMillis: 2000, scheduledDelayMillis: 10 });
  const end = await runApp({ app: 'resource.mjs', args: [{ start: options, ...how }], environment });
  expect(end.code, end.stderr).toBe(0);
  expectAllDelivered(end, sink, 1);
  expect(sink.requests).toHaveLength(1);
  return Object.fromEntries(sink.spans[0].resource.map(({ key, value }) => [key, Object.values(value)[0]]));
}

describe('the resource of spans', () => {
  test('H1 H4 H10 H12 H13 by default has what the detectors service, host and process find', async () => {
    const resource = await resourceOf({ end: 'all' });
    expect(Object.keys(resource)).toEqual(
      expect.arrayContaining([
        'service.name',
        'service.instance.id',
        'telemetry.sdk.name',
        'process.pid',
        'process.creation.time',
        'process.executable.name',
        'host.name',
        'host.arch',
        'os.type',
      ]),
    );
    expect(resource).not.toHaveProperty('process.command_args');
  });

  test('H8 with OTEL_NODE_RESOURCE_DETECTORS=none has the defaults and the variables', async () => {
    const environment = { OTEL_NODE_RESOURCE_DETECTORS: 'none', OTEL_RESOURCE_ATTRIBUTES: 'a=1' };
    expect(Object.keys(await resourceOf({ end: 'all' }, environment)).sort()).toEqual([
      'a',
      'service.name',
      'telemetry.sdk.language',
      'telemetry.sdk.name',
      'telemetry.sdk.version',
    ]);
  });

  test.each([
    ['a natural end', 'natural'],
    ['an awaited flush', 'flush'],
    ['a shutdown', 'shutdown'],
  ])('H16 has late attributes when the first batch leaves by %s', async (_, end) => {
    expect(await resourceOf({ lateMillis: 300, end })).toMatchObject({ early: true, late: 'late value' });
  });

  test('H16 has them without workers too', async () => {
    const environment = { OFFLOOP_WORKERS: '0' };
    expect(await resourceOf({ lateMillis: 100, end: 'flush' }, environment)).toMatchObject({
      early: true,
      late: 'late value',
    });
  });

  test.each([
    ['process.exit', 'exit', '1'],
    ['the natural end', 'natural', '1'],
    ['the natural end without workers', 'natural', '0'],
    ['a shutdown', 'shutdown', '1'],
  ])('H16 sends what there is at %s, if they never come', async (_, end, OFFLOOP_WORKERS) => {
    const environment = { OFFLOOP_WORKERS, OFFLOOP_SHUTDOWN_TIMEOUT: '2000' };
    const resource = await resourceOf({ lateMillis: 'never', end }, environment);
    expect(resource).toMatchObject({ early: true });
    expect(resource).not.toHaveProperty('late');
  });
});

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';

test.each([
  ['', { traceparent: `00-${TRACE}-${SPAN}-03`, baggage: 'a=1' }, ['traceparent', 'tracestate', 'baggage']],
  ['b3,B3', { b3: `${TRACE}-${SPAN}-d` }, ['b3']],
  ['jaeger', { 'uber-trace-id': `${TRACE}:${SPAN}:0:01`, 'uberctx-a': '1' }, ['uber-trace-id']],
])('C2 F6 with OTEL_SDK_DISABLED=true the propagators %j work', async (names, headers, fields) => {
  const end = await runApp({
    app: 'propagate.mjs',
    args: [headers],
    environment: { OTEL_SDK_DISABLED: 'true', OTEL_PROPAGATORS: names },
  });
  expect(end).toMatchObject({ code: 0, stderr: '' });
  const said = JSON.parse(end.stdout.trim().split('\n').at(-1) as string);
  expect(said.propagated).toEqual({ headers, fields, recording: false, active: TRACE });
});
