// Threads of the application record into the workers of the thread that has started telemetry first. The short form of
// test/soak: one application after the other would take too long here, so all start at once.

import { expect, test } from 'vitest';
import { runApp } from './app-process.js';
import { expectAllDelivered, startOptions } from './app-run.js';
import { OtlpSink } from './otlp-sink.js';
import { soak } from './soak-run.js';

/** On a machine that does other things, too. */
const TIME = { exitTimeoutMillis: 20_000 };

test.concurrent.each([
  ['together', 80, { code: 0, workers: 1 }],
  ['nested', 30, { code: 0, workers: 1 }],
  ['blocked to the end', 50, { code: 4, workers: 1 }],
  ['worker killed', 500, { code: 0, workers: 1 }],
])(
  'F18 %s: all spans of all threads are delivered, by one worker',
  async (scenario, spans, { code, workers }) => {
    const sink = await OtlpSink.start();
    const end = await runApp({
      app: 'threads/main.mjs',
      args: [{ scenario, start: startOptions(sink, TIME) }],
    });
    await sink.close();
    expect(end, end.stderr).toMatchObject({ code, stats: { workers } });
    expectAllDelivered(end, sink, spans);
    const own = sink.spans.filter(({ scope }) => scope !== 'main');
    expect(own.every(({ scope, name }) => scope === `scope of ${name.split(' ')[0]}`)).toBe(true);
  },
);

test.concurrent('threads that come and go, terminated at random, are accounted for', async () => {
  await soak({ threads: 8, spans: 1000, seed: Math.floor(Math.random() * 2 ** 31), together: 4 });
});
