// What needs the event loop at the end of a process: after a signal there is one, for a bounded time.

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AppProcess } from './app-process.js';
import { startOptions } from './app-run.js';
import { OtlpSink } from './otlp-sink.js';

let sink: OtlpSink;
beforeEach(async () => {
  sink = await OtlpSink.start();
});
afterEach(() => sink.close());

async function waiting(argument: object, start: object = {}): Promise<AppProcess> {
  const app = new AppProcess({
    app: 'signalled.mjs',
    args: [{ ...argument, start: startOptions(sink, start) }],
  });
  await app.said('ending');
  return app;
}

describe.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('%s', (signal) => {
  test('processors of the application are flushed before it kills', async () => {
    const app = await waiting({});
    app.child.kill(signal);
    const end = await app.ended;
    expect(end).toMatchObject({ code: null, signal, stderr: '' });
    expect(end.stdout).toContain('{"exported":100}');
    expect(sink.spans).toHaveLength(100);
  });
});

test('a processor that hangs holds a signal for half of the exit time, and the rings are flushed after it', async () => {
  const app = await waiting({ hangs: true }, { exitTimeoutMillis: 1000 });
  const signalled = performance.now();
  app.child.kill('SIGTERM');
  const end = await app.ended;
  expect(end).toMatchObject({ code: null, signal: 'SIGTERM' });
  expect(performance.now() - signalled).toBeGreaterThan(490);
  expect(performance.now() - signalled).toBeLessThan(1500);
  expect(sink.spans).toHaveLength(100);
});

test('a second signal waits for no processor', async () => {
  const app = await waiting({ hangs: true }, { exitTimeoutMillis: 60_000 });
  app.child.kill('SIGTERM');
  await app.said('exporting');
  app.child.kill('SIGINT');
  expect(await app.ended).toMatchObject({ code: null, signal: 'SIGINT' });
  expect(sink.spans).toHaveLength(100);
});

test('without workers, too, everything is delivered before a signal kills', async () => {
  const app = await waiting({ processor: false }, { workers: 0 });
  app.child.kill('SIGTERM');
  expect(await app.ended).toMatchObject({ code: null, signal: 'SIGTERM', stderr: '' });
  expect(sink.spans).toHaveLength(100);
});
