// Threads that come and go: { threads, spans, seed, terminate, together, rounds, start }. Each records `spans`; a share of them
// is terminated at a random moment. Says what each thread counted last, the memory after each round, and the account.

import { queryObjects } from 'node:v8';
import { getEnvironmentData, Worker } from 'node:worker_threads';
import { start } from 'offloop';
import { say } from '../say.mjs';

const {
  threads,
  spans,
  seed,
  terminate = 0.5,
  together = 64,
  rounds = 1,
  start: options,
} = JSON.parse(process.argv[2]);
const telemetry = start(options);
await telemetry.ready;

let state = seed >>> 0;
/** mulberry32 */
function random() {
  state = (state + 0x6d2b79f5) >>> 0;
  let t = state;
  t = Math.imul(t ^ (t >>> 15), t | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
}

const ends = [];
let serial = 0;
function runThread() {
  return new Promise((resolve, reject) => {
    const name = `thread ${serial++}`;
    const worker = new Worker(new URL('./recording.mjs', import.meta.url), {
      workerData: { name, spans, burst: 100, ending: 'bursts' },
    });
    const killAfter = random() < terminate ? Math.floor(random() * spans) : Number.POSITIVE_INFINITY;
    let done = 0;
    let told = { recorded: 0, droppedTotal: 0 };
    let isKilled = false;
    const kill = () => {
      isKilled = true;
      void worker.terminate();
    };
    // At any moment of its start, too.
    const early = random() < 0.2 ? setTimeout(kill, random() * 400) : undefined;
    worker.on('message', (message) => {
      done = message.done ?? done;
      told = message.stats;
      if (done < killAfter || isKilled) return;
      kill();
    });
    worker.on('error', reject);
    worker.on('exit', () => {
      clearTimeout(early);
      ends.push({ name, recorded: told.recorded, dropped: told.droppedTotal, isKilled });
      resolve();
    });
  });
}

/** Garbage that is certain, so that what is left is what is held. */
function memory() {
  globalThis.gc?.();
  return process.memoryUsage().rss;
}

async function settled() {
  await telemetry.forceFlush(60_000);
  // The last 'retired' of the workers may be on its way.
  while (telemetry.stats().threads.recording > 0) {
    await telemetry.forceFlush(60_000);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const samples = [];
/** Shared memory that this thread holds, before the first round and after each: what is kept of a thread would be in it. */
const buffers = [countBuffers()];
function countBuffers() {
  globalThis.gc?.();
  return queryObjects(SharedArrayBuffer, { format: 'count' });
}
for (let round = 0; round < rounds; round++) {
  let left = threads;
  const one = async () => {
    while (left-- > 0) await runThread();
  };
  await Promise.all(Array.from({ length: Math.min(together, threads) }, one));
  await settled();
  samples.push(memory());
  buffers.push(countBuffers());
}
say('ends', ends);
// docs/protocol.md, pool words: nobody has a place any more.
say('places', new Int32Array(getEnvironmentData('offloop.pool').words, 768).filter((id) => id !== 0).length);
say('memory', samples);
say('buffers', buffers);
say('stats', telemetry.stats());
