// Export workers that die: a successor reads again what they had not delivered; threads that keep dying are given up, and
// the main thread exports.

import { afterEach, beforeEach, expect, test } from 'vitest';
import { runApp } from './app-process.js';
import { expectAllDelivered, startOptions } from './app-run.js';
import { OtlpSink } from './otlp-sink.js';

let sink: OtlpSink;
beforeEach(async () => {
  sink = await OtlpSink.start();
});
afterEach(() => sink.close());

test('J12 a worker that dies with everything unsent loses nothing: its successor sends it', async () => {
  const args = [{ kills: 1, afterwards: 'warm', start: startOptions(sink) }];
  const end = await runApp({ app: 'kill-workers.mjs', args });
  expect(end, end.stderr).toMatchObject({ code: 0 });
  expect(end.stdout).toContain('{"killed 0":true}');
  expect(end.stdout).toContain('{"flushed":true}\n{"workers":2}');
  expectAllDelivered(end, sink, 110);
  expect(end.stats).toMatchObject({ workers: 1, workerRestarts: 1 });
});

test('J12 workers that die five times are given up, and the main thread exports', async () => {
  const args = [{ kills: 5, afterwards: 'warm', start: startOptions(sink) }];
  const end = await runApp({ app: 'kill-workers.mjs', args });
  expect(end, end.stderr).toMatchObject({ code: 0 });
  expect(end.stdout).toContain('{"flushed":true}');
  expectAllDelivered(end, sink, 150);
  expect(end.stats).toMatchObject({ workers: 0, workerRestarts: 4 });
});

test('workers given up leave the natural end of the process to the main thread', async () => {
  const args = [{ kills: 5, afterwards: 'end', start: startOptions(sink) }];
  const result = await runApp({ app: 'kill-workers.mjs', args });
  expect(result.code).toBe(0);
  expect(result.stats).toMatchObject({ recorded: 150, delivered: 150, pending: 0, workers: 0 });
});

test('J12 process.exit() right after a death is bounded, keeps its code, and counts what is left', async () => {
  const args = [{ kills: 1, afterwards: 'exit', start: startOptions(sink, { exitTimeoutMillis: 1500 }) }];
  const end = await runApp({ app: 'kill-workers.mjs', args });
  expect(end.code).toBe(3);
  expect(end.endedMillis).toBeLessThan(1650 + 400);
  const { recorded = 0, delivered = 0, droppedTotal = 0, pending = 0 } = end.stats ?? {};
  expect(recorded).toBe(110);
  expect(delivered + droppedTotal + pending).toBe(110);
  expect(sink.spans).toHaveLength(delivered);
});
