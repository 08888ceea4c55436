// One application for each argument: scenario, options of start(), options of configureBlocking. Tells what it saw, ends by itself.

import { setTimeout } from 'node:timers/promises';
import { context, propagation, TraceFlags, trace } from '@opentelemetry/api';
import {
  blockOn,
  blockOnStats,
  configureBlocking,
  runBlocking,
  runBlockingAll,
  setLevel,
  start,
} from 'offloop';
import { say } from '../say.mjs';
import * as tasks from './tasks.mjs';

const [name, startOptions, blockingOptions] = process.argv.slice(2).map((arg) => JSON.parse(arg));
const tracer = trace.getTracer('app');
const errorOf = (promise) =>
  promise.then(
    (value) => ({ value }),
    ({ name, code, message, remedy, cause, ...own }) => ({
      name,
      code,
      message,
      cause: cause?.message,
      ...own,
    }),
  );
const request = (run) =>
  tracer.startActiveSpan('request', async (span) => {
    const result = await run(span);
    span.end();
    return result;
  });
const sharedWords = () => new Int32Array(new SharedArrayBuffer(12));
const begun = (words) => Atomics.waitAsync(words, 1, 0).value;
const release = (words) => {
  Atomics.store(words, 0, 1);
  Atomics.notify(words, 0);
};

const scenarios = {
  tree: () => request(async () => say('result', await runBlocking(tasks.nestedTask, [2]))),
  rooted: () => request(() => runBlocking(tasks.rootedTask, [])),
  // What is recorded at the very moment that the task's promise is settled.
  async order() {
    const seen = [];
    for (let i = 0; i < 20; i++) {
      const before = telemetry.stats().recorded;
      await runBlocking(tasks.manyTask, [50]);
      seen.push(telemetry.stats().recorded - before);
    }
    say('seen', seen);
  },
  async carried() {
    const parent = {
      traceId: '1'.repeat(32),
      spanId: '2'.repeat(16),
      traceFlags: TraceFlags.SAMPLED,
      isRemote: true,
    };
    const headers = {
      traceparent: `00-${parent.traceId}-${parent.spanId}-01`,
      tracestate: 'a=1,b=2',
      baggage: 'user=x;y=z',
    };
    const remote = propagation.extract(context.active(), headers);
    say('result', await context.with(remote, () => runBlocking(tasks.carriedTask, [])));
  },
  unsampled: () => request(async () => say('result', await runBlocking(tasks.nestedTask, [1]))),
  async ends() {
    await request(async () => {
      say('exit', await errorOf(runBlocking(tasks.giveUpTask, [3])));
      say('memory', await errorOf(runBlocking(tasks.devourTask, [])));
      say('uncaught', await errorOf(runBlocking(tasks.uncaughtTask, [])));
      say('next', await runBlocking(tasks.addTask, [1, 2]));
    });
  },
  async errors() {
    const thrown = await runBlocking(tasks.failTask, []).catch((error) => error);
    const { name, message, code, cause, stack } = thrown;
    say('thrown', {
      isTypeError: thrown instanceof TypeError,
      ...{ name, message, code, socket: 'socket' in thrown },
      cause: { isRangeError: cause instanceof RangeError, message: cause.message, cause: cause.cause },
      inTask: stack.includes('tasks.mjs'),
    });
    say('argument', await errorOf(runBlocking(tasks.addTask, [1, () => {}])));
    say('list', await errorOf(runBlocking(tasks.addTask, 1)));
    say('result', await errorOf(runBlocking(tasks.uncloneableTask, [])));
    say('missing', await errorOf(runBlocking(tasks.missingTask, [])));
    say('none', await errorOf(runBlocking(tasks.notAFunctionTask, [])));
    say('function', await errorOf(runBlocking(tasks.add, [1, 2])));
    const broken = (await import('offloop')).defineTask('data:text/javascript,syntax error', 'x');
    say('module', await errorOf(runBlocking(broken, [])));
    say('timeout', await errorOf(runBlocking(tasks.addTask, [1, 2], { timeoutMillis: 0 })));
    try {
      configureBlocking({ threads: 1 });
    } catch ({ code }) {
      say('late', code);
    }
  },
  // One thread, two places in the queue.
  async bounds() {
    const words = sharedWords();
    const holding = runBlocking(tasks.holdTask, [words]);
    await begun(words);
    const low = runBlocking(tasks.rememberTask, [words, 'low'], { priority: -1 });
    const high = runBlocking(tasks.rememberTask, [words, 'high'], { priority: 1 });
    say('refused', await errorOf(runBlocking(tasks.rememberTask, [words, 'refused'])));
    release(words);
    await holding;
    say('order', [await low, await high]);
  },
  async aborts() {
    await request(async () => {
      const words = sharedWords();
      const running = new AbortController();
      const waiting = new AbortController();
      const held = errorOf(runBlocking(tasks.holdTask, [words], { signal: running.signal }));
      await begun(words);
      const queued = errorOf(runBlocking(tasks.addTask, [1, 1], { signal: waiting.signal }));
      waiting.abort(new Error('not any more'));
      say('queued', await queued);
      say('queuedLate', await errorOf(runBlocking(tasks.addTask, [1, 1], { timeoutMillis: 20 })));
      running.abort(new Error('enough'));
      say('running', await held);
      say(
        'before',
        await errorOf(runBlocking(tasks.addTask, [1, 1], { signal: AbortSignal.abort(new Error('never')) })),
      );
      // A thread that is there: the time-out is the task's, not that of its start.
      await runBlocking(tasks.addTask, [1, 1]);
      say('late', await errorOf(runBlocking(tasks.holdTask, [sharedWords()], { timeoutMillis: 400 })));
      say('next', await runBlocking(tasks.addTask, [1, 2]));
    });
  },
  // The answer has come, and is not read yet, when its task is given up: the thread ends, and the next task has another one.
  async answered() {
    await runBlocking(tasks.addTask, [0, 0]);
    const quick = new AbortController();
    const given = errorOf(runBlocking(tasks.addTask, [1, 1], { signal: quick.signal }));
    const after = errorOf(runBlocking(tasks.addTask, [2, 2]));
    Atomics.wait(sharedWords(), 0, 0, 50);
    quick.abort(new Error('too late'));
    say('given', await given);
    say('after', await after);
  },
  async keepAlive() {
    const threadOf = async () => (await runBlocking(tasks.threadTask, [])).threadId;
    const first = await threadOf();
    say('again', (await threadOf()) === first);
    // Each task begins a new time without tasks, so it must be shorter than the pause between them.
    for (let pause = 10; (await threadOf()) === first; pause *= 2) await setTimeout(pause);
    say('replaced', true);
  },
  async batch() {
    await request(async () => {
      say(
        'all',
        await runBlockingAll(tasks.addTask, [
          [1, 2],
          [3, 4],
          [5, 6],
          [7, 8],
        ]),
      );
      say('failed', await errorOf(runBlockingAll(tasks.failTask, [[], []], { concurrency: 1 })));
      say('empty', await runBlockingAll(tasks.addTask, []));
      const settled = await runBlockingAll(
        tasks.divideTask,
        [
          [4, 2],
          [1, 0],
          [9, 3],
        ],
        { mode: 'all-settled' },
      );
      say(
        'settled',
        settled.map(({ status, value, reason }) => [status, value ?? reason.message]),
      );
      const words = sharedWords();
      const given = new AbortController();
      const held = errorOf(
        runBlockingAll(tasks.holdTask, [[words], [words], [words]], {
          mode: 'all-settled',
          concurrency: 1,
          signal: given.signal,
        }),
      );
      await begun(words);
      given.abort(new Error('enough'));
      say('aborted', await held);
      say('mode', await errorOf(runBlockingAll(tasks.addTask, [], { mode: 'any' })));
    });
  },
  async transfer() {
    const given = new Uint8Array(1000);
    say('length', await runBlocking(tasks.lengthTask, [given], { transferList: [given.buffer] }));
    say('left', given.byteLength);
    say(
      'large',
      (await runBlocking(tasks.largeTask, [1_000_000])).reduce((sum, byte) => sum + byte, 0),
    );
  },
  async blockOn() {
    const caught = (run) => {
      try {
        return { value: run() };
      } catch (error) {
        const { name, code, message, cause, exitCode } = error;
        return {
          name,
          code,
          message,
          exitCode,
          cause: cause?.message,
          isTypeError: error instanceof TypeError,
        };
      }
    };
    await request(async () => {
      let turns = 0;
      const interval = setInterval(() => turns++, 1);
      say('value', blockOn(tasks.laterTask, [7, 50]));
      say('turns', turns);
      clearInterval(interval);
      say(
        'thrown',
        caught(() => blockOn(tasks.failTask, [])),
      );
      say(
        'argument',
        caught(() => blockOn(tasks.addTask, [() => {}])),
      );
      say(
        'missing',
        caught(() => blockOn(tasks.missingTask, [])),
      );
      say(
        'late',
        caught(() => blockOn(tasks.laterTask, [1, 60_000], { timeoutMillis: 300 })),
      );
      say(
        'exit',
        caught(() => blockOn(tasks.giveUpTask, [4])),
      );
      say(
        'uncaught',
        caught(() => blockOn(tasks.uncaughtTask, [])),
      );
      say('next', blockOn(tasks.addTask, [1, 2]));
      say(
        'option',
        caught(() => blockOn(tasks.addTask, [1, 2], { timeoutMillis: Number.NaN })),
      );
      say(
        'none',
        caught(() => blockOn(tasks.add, [1, 2])),
      );
      say('inTask', [await runBlocking(tasks.inTaskTask, []), blockOn(tasks.inTaskTask, [])]);
    });
    say('cost', blockOnStats());
  },
  // The pool is full, and blockOn does not wait for it.
  async blockOnFull() {
    const words = sharedWords();
    const holding = runBlocking(tasks.holdTask, [words]);
    await begun(words);
    say('value', blockOn(tasks.addTask, [1, 2], { timeoutMillis: 20_000 }));
    release(words);
    say('held', await holding);
  },
  blockOnOnce() {
    for (const name of ['value', 'again']) {
      try {
        say(name, blockOn(tasks.addTask, [1, 2]));
      } catch ({ code }) {
        say(name, code);
      }
      // Was read with the first call.
      process.env.OFFLOOP_BLOCK_ON = process.env.OFFLOOP_BLOCK_ON === 'deny' ? 'allow' : 'deny';
    }
  },
  // Directives of the caller's thread, at each call; what a task sets for its thread holds until they change.
  async levels() {
    const asked = async () => [await runBlocking(tasks.levelledTask, []), blockOn(tasks.levelledTask, [])];
    const said = [await asked()];
    setLevel('debug');
    said.push(await asked());
    await runBlocking(tasks.setLevelTask, ['trace']);
    said.push(await asked());
    setLevel('warn,tasks=info');
    said.push(await asked());
    say('levels', said);
  },
  async threads() {
    const count = Number(process.env.EXPECTED_THREADS);
    const words = sharedWords();
    const met = await Promise.all(
      Array.from({ length: count }, () => runBlocking(tasks.meetTask, [words, count])),
    );
    say('met', met);
  },
  // Threads that cannot even start.
  async stillborn() {
    say('first', await errorOf(runBlocking(tasks.addTask, [1, 2])));
    say('second', await errorOf(runBlocking(tasks.addTask, [1, 2], { timeoutMillis: 20_000 })));
  },
  again: () => request(async () => say('result', await runBlocking(tasks.againTask, []))),
};

if (blockingOptions) configureBlocking(blockingOptions);
const early = name === 'early' ? await runBlocking(tasks.nestedTask, [1]) : undefined;
if (early) say('early', early);
const telemetry = startOptions === null ? undefined : start(startOptions);
await scenarios[name]?.();
if (telemetry) {
  await telemetry.forceFlush();
  say('stats', telemetry.stats());
}
say('ending');
