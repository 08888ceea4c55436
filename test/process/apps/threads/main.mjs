// An application whose threads record: { scenario, start, ... }. Every scenario says `stats` at the end of the process, and
// `ending` when it has nothing more to do; threads say what they have to say through `thread`.

import { once } from 'node:events';
import { getEnvironmentData, threadId, Worker } from 'node:worker_threads';
import { trace } from '@opentelemetry/api';
import { record, say } from '../say.mjs';

const { scenario, start: options } = JSON.parse(process.argv[2]);
/** Export workers are threads too. */
const made = [];
process.on('worker', (worker) => made.push(worker));
const { start } = await import('offloop');
const telemetry = start(options);
process.on('exit', () => {
  say('threads made', made.length);
  say('stats', telemetry.stats());
});

function thread(name, workerData = {}) {
  const worker = new Worker(new URL('./recording.mjs', import.meta.url), {
    workerData: { name, ...workerData },
  });
  worker.on('message', (message) => say(`${message.what} ${name}`, message));
  return worker;
}

async function end(worker) {
  const [code] = await once(worker, 'exit');
  return code;
}

const scenarios = {
  /** ES module, CommonJS, and one that is terminated by a thread of its own: all into one pool. */
  async together() {
    record(trace.getTracer('main'), 10);
    const threads = [thread('a', { spans: 30 }), thread('b', { spans: 40, door: 'require' })];
    await Promise.all(threads.map(end));
  },

  /** A thread within a thread. */
  async nested() {
    await end(thread('outer', { spans: 10, inner: { name: 'inner', spans: 20 } }));
  },

  /** This thread stands still from before the other one is made until it is through. */
  async blocked() {
    const words = new Int32Array(new SharedArrayBuffer(4));
    const worker = thread('a', { spans: 50, ending: 'flushSync', words });
    const left = end(worker);
    say('blocked');
    // Node begins the thread's work without a turn of this one's loop.
    Atomics.wait(words, 0, 0);
    say('released');
    await left;
  },

  /** The same, and then the process ends at once: this thread's loop has never turned. */
  async 'blocked to the end'() {
    const words = new Int32Array(new SharedArrayBuffer(4));
    thread('a', { spans: 50, ending: 'hold', words });
    Atomics.wait(words, 0, 0);
    say('ending');
    process.exit(4);
  },

  async terminated() {
    const words = new Int32Array(new SharedArrayBuffer(4));
    const worker = thread('a', { spans: 500, ending: 'hold', words });
    Atomics.wait(words, 0, 0);
    await worker.terminate();
  },

  async 'exit in the thread'() {
    say('code', await end(thread('a', { spans: 50, ending: 'exit' })));
  },

  async 'exit after the thread'() {
    const worker = thread('a', { spans: 50 });
    await once(worker, 'exit');
    say('ending');
    process.exit(4);
  },

  async flushes() {
    await end(thread('a', { spans: 20, ending: 'forceFlush' }));
    await end(thread('b', { spans: 20, ending: 'flushSync' }));
  },

  async 'shutdown in the thread'() {
    await end(thread('a', { spans: 20, ending: 'shutdown' }));
    record(trace.getTracer('main'), 5);
  },

  async shutdown() {
    const worker = thread('a', { spans: 20, ending: 'wait' });
    await once(worker, 'message');
    say('shut', await telemetry.shutdown());
    say('after shutdown', telemetry.stats());
    for (const order of [5, 5, 'end']) {
      worker.postMessage(order);
      await once(worker, 'message');
    }
  },

  async large() {
    await end(thread('a', { spans: 5, largeCharacters: 400_000 }));
    await end(thread('b', { spans: 5, largeCharacters: 400_000, ending: 'flushSync' }));
  },

  /** Export workers are killed while threads record; nothing is sent by itself. */
  async 'worker killed'() {
    await telemetry.ready;
    const threads = ['a', 'b'].map((name) => thread(name, { spans: 200, ending: 'wait' }));
    await Promise.all(threads.map((worker) => once(worker, 'message')));
    const gone = end(threads[0]);
    threads[0].postMessage('end');
    await gone;
    await made[0].terminate();
    threads[1].postMessage(100);
    await once(threads[1], 'message');
    while (!(await telemetry.forceFlush())) await new Promise((resolve) => setImmediate(resolve));
    threads[1].postMessage('end');
    await end(threads[1]);
  },

  /** All places are taken, by a thread that is not there (docs/protocol.md, pool words). */
  async full() {
    new Int32Array(getEnvironmentData('offloop.pool').words).fill(999, 192, 192 + 256);
    await end(thread('a', { spans: 20, ending: 'forceFlush' }));
  },

  /** Options of the thread's own. */
  async options() {
    const start = { serviceName: 'other', workers: 3, spanLimits: { eventCountLimit: 7 } };
    await end(thread('a', { spans: 5, options: start }));
  },
};

await scenarios[scenario]();
say('ending', threadId);
