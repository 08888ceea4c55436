// A recording thread of the tests: workerData says who it is, what it records, and how it ends.

import { once } from 'node:events';
import { createRequire } from 'node:module';
import { parentPort, Worker, workerData } from 'node:worker_threads';
import { trace } from '@opentelemetry/api';

const {
  name,
  spans = 0,
  burst = 50,
  largeCharacters = 0,
  door = 'import',
  options,
  inner,
  words,
  ending = 'end',
} = workerData;
const { start } = door === 'require' ? createRequire(import.meta.url)('offloop') : await import('offloop');
const telemetry = start(options);
const tracer = trace.getTracer(`scope of ${name}`);

/** Names and keys are this thread's own: interned by another thread, their ids mean something else. */
function record(count, first = 0) {
  for (let i = first; i < first + count; i++) {
    tracer
      .startSpan(`${name} ${i % 7}`, { attributes: { [`key of ${name}`]: i, text: `text of ${name}` } })
      .end();
  }
}

const { stats } = telemetry;
const tell = (what, more = {}) =>
  parentPort.postMessage({ what, name, stats: stats.call(telemetry), ...more });

if (ending === 'bursts') {
  // Until it is terminated, or through: what it recorded so far is told after each burst.
  for (let done = 0; done < spans; done += burst) {
    record(Math.min(burst, spans - done), done);
    tell('burst', { done: Math.min(done + burst, spans) });
    await new Promise((resolve) => setImmediate(resolve));
  }
} else {
  record(spans);
  if (largeCharacters > 0) {
    tracer.startSpan(`${name} large`, { attributes: { text: 'x'.repeat(largeCharacters) } }).end();
  }
}

if (inner !== undefined) {
  const worker = new Worker(new URL(import.meta.url), { workerData: inner });
  worker.on('message', (message) => parentPort.postMessage({ ...message, inner: true }));
  await once(worker, 'exit');
}

function release() {
  Atomics.store(words, 0, 1);
  Atomics.notify(words, 0);
}

switch (ending) {
  case 'exit':
    process.exit(3);
    break;
  case 'forceFlush': {
    const complete = await telemetry.forceFlush(20_000);
    tell('flushed', { complete });
    break;
  }
  case 'flushSync': {
    const complete = telemetry.flushSync(20_000);
    tell('flushed', { complete });
    if (words !== undefined) release();
    break;
  }
  // Busy until it is terminated: it has no turn of its event loop either.
  case 'hold':
    release();
    for (;;);
  case 'shutdown': {
    const complete = await telemetry.shutdown(20_000);
    record(5);
    tell('shut down', { complete });
    break;
  }
  case 'wait':
    // 'record': some more; 'end': no more.
    parentPort.on('message', (order) => {
      if (order === 'end') parentPort.close();
      else record(order);
      tell('done');
    });
    tell('recorded');
    break;
  default:
    tell('recorded');
}
