// The ways a process ends, each with everything recorded delivered, and the process ending as it would without offloop.

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AppProcess, runApp } from './app-process.js';
import { expectAllDelivered, startOptions } from './app-run.js';
import { OtlpSink } from './otlp-sink.js';

let sink: OtlpSink;
beforeEach(async () => {
  sink = await OtlpSink.start();
});
afterEach(() => sink.close());

const end = (how: string, more: object = {}) =>
  runApp({ app: 'end.mjs', args: [{ how, start: startOptions(sink), ...more }] });

describe.each([
  ['in the tick after start(), the worker still cold', false],
  ['with a running worker', true],
])('%s', (_case, warm) => {
  test('J12 process.exit(3) keeps its code and loses nothing', async () => {
    const result = await end('exit', { warm });
    expect(result.code).toBe(3);
    expect(result.stats).toMatchObject({ exitCode: 3 });
    expectAllDelivered(result, sink, 100);
    expect(sink.names()).toEqual(Array.from({ length: 100 }, (_, i) => `span ${i}`).sort());
  });

  test('J12 an uncaught error ends with 1 and its own text', async () => {
    const result = await end('throw', { warm });
    expect(result.code).toBe(1);
    expect(result.stderr).toMatch(/^[^\n]*end\.mjs:\d+\n.*throw new Error\('application error'\)/s);
    expect(result.stderr).toContain('Error: application error\n    at ');
    expect(result.stderr).not.toContain('offloop');
    expectAllDelivered(result, sink, 100);
  });

  test('J12 an unhandled rejection ends with 1 and its own text', async () => {
    const result = await end('reject', { warm });
    expect(result.code).toBe(1);
    expect(result.stderr).toContain('Error: application rejection\n    at ');
    expectAllDelivered(result, sink, 100);
  });

  test('J12 the natural end comes at once', async () => {
    const result = await end('nothing', { warm });
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expectAllDelivered(result, sink, 100);
    expect(result.endedMillis).toBeLessThan(2000);
  });
});

test('a large span, process.exit with a running worker', async () => {
  const result = await end('exit', { warm: true, count: 3, attributeBytes: 1_000_000 });
  expect(result.code).toBe(3);
  expectAllDelivered(result, sink, 3);
  expect(result.stats?.largeSpans).toBe(3);
  expect(sink.spans.map(({ attributes }) => attributes[0].value)).toEqual(
    Array.from({ length: 3 }, () => ({ string: 'x'.repeat(1_000_000) })),
  );
});

describe.each([
  ['SIGTERM', 15],
  ['SIGINT', 2],
] as const)('%s', (signal, number) => {
  test(`J12 without a handler of the application kills it: status ${128 + number}`, async () => {
    const app = new AppProcess({ app: 'end.mjs', args: [{ how: 'wait', start: startOptions(sink) }] });
    await app.said('ending');
    app.child.kill(signal);
    const result = await app.ended;
    expect(result).toMatchObject({ code: null, signal, stderr: '' });
    // No 'exit' was emitted, so the application could not print: the collector tells.
    expect(sink.spans).toHaveLength(100);
  });

  test(`with the listener of signal-exit kills it too, which gets its turn`, async () => {
    const app = new AppProcess({
      app: 'end.mjs',
      args: [{ how: 'wait', start: startOptions(sink), signalExit: true }],
    });
    await app.said('ending');
    app.child.kill(signal);
    const result = await app.ended;
    expect(result).toMatchObject({ code: null, signal, stderr: '' });
    expect(result.stdout).toContain(`{"signal-exit":"${signal}"}`);
    expect(sink.spans).toHaveLength(100);
  });

  test('with a handler that exits is its own affair, and loses nothing', async () => {
    const app = new AppProcess({
      app: 'end.mjs',
      args: [{ how: 'wait', start: startOptions(sink), handler: { signal, exitCode: 7 } }],
    });
    await app.said('ending');
    app.child.kill(signal);
    const result = await app.ended;
    expect(result).toMatchObject({ code: 7, signal: null });
    expectAllDelivered(result, sink, 100);
  });
});

test('a handler that goes on keeps the process running', async () => {
  const app = new AppProcess({
    app: 'end.mjs',
    args: [{ how: 'wait', start: startOptions(sink), handler: { signal: 'SIGTERM' } }],
  });
  await app.said('ending');
  app.child.kill('SIGTERM');
  await app.said('handled');
  expect(app.child.exitCode).toBeNull();
  app.child.kill('SIGINT');
  expect(await app.ended).toMatchObject({ code: null, signal: 'SIGINT' });
  expect(sink.spans).toHaveLength(100);
});

test('J10 start() alone does not hold the process', async () => {
  const result = await end('nothing', { count: 0 });
  expect(result).toMatchObject({ code: 0, stderr: '' });
  expect(result.endedMillis).toBeLessThan(2000);
  expect(sink.requests).toEqual([]);
});

test('after shutdown() spans are counted, and the process ends by itself', async () => {
  const result = await end('shutdown');
  expect(result.code).toBe(0);
  expect(result.stdout).toContain('{"flushed":true}\n{"down":true}');
  expect(result.stats).toMatchObject({
    recorded: 105,
    delivered: 100,
    dropped: { already_shutdown: 5 },
    pending: 0,
  });
  expect(sink.spans).toHaveLength(100);
});

test('start() again gives the same handle', async () => {
  const result = await end('idempotent');
  expect(result.stdout).toContain('{"same":true}');
  expectAllDelivered(result, sink, 100);
});
