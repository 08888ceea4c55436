// Runs a program of nested calls of all kinds; what one is says ../../programs/program.ts. The same file runs them in the main
// thread and in the threads of runBlocking and blockOn.

import { Readable } from 'node:stream';
import { blockOn, defineTask, runBlocking, traced, tracedStream } from 'offloop';

const FAILURE = 'Planned';

/** Each turn is a chance for the context to get lost, or to come to a neighbour. */
async function pause(turns) {
  for (let i = 0; i < turns; i++) await new Promise((resolve) => setImmediate(resolve));
}

function fail(path) {
  const error = new Error(path);
  error.name = FAILURE;
  throw error;
}

/** What a child throws, by its name: the class stays in the thread. */
function isPassedOver(error, { catches }) {
  return catches && error.name === FAILURE;
}

function guarded(call, program) {
  try {
    call();
  } catch (error) {
    if (!isPassedOver(error, program)) throw error;
  }
}

async function guardedLater(call, program) {
  try {
    await call();
  } catch (error) {
    if (!isPassedOver(error, program)) throw error;
  }
}

function callsOf({ children }, path) {
  return children.map((child, i) => bodyOf(child, `${path}.${i}`));
}

async function runAsync(program, path) {
  const calls = callsOf(program, path);
  await pause(1);
  if (program.together) {
    // All of them end before this one does, or the tree would depend on who is quicker.
    const results = await Promise.allSettled(calls.map((call) => guardedLater(call, program)));
    const failed = results.find(({ status }) => status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  } else for (const call of calls) await guardedLater(call, program);
  await pause(calls.length % 3);
  if (program.throws) fail(path);
}

async function* generateLater(program, path) {
  for (const [i, call] of callsOf(program, path).entries()) {
    await pause(i % 2);
    await guardedLater(call, program);
    yield i;
  }
  await pause(1);
  if (program.throws) fail(path);
}

async function take(iterable, takes) {
  let taken = 0;
  for await (const _ of iterable) if (++taken === takes) break;
}

const kinds = {
  sync: (program, path, name) =>
    traced(name, () => {
      for (const call of callsOf(program, path)) guarded(call, program);
      if (program.throws) fail(path);
    }),
  generator(program, path, name) {
    const generate = traced(name, function* () {
      for (const [i, call] of callsOf(program, path).entries()) {
        guarded(call, program);
        yield i;
      }
      if (program.throws) fail(path);
    });
    return () => {
      const generator = generate();
      if (program.takes === 0) return;
      let taken = 0;
      for (const _ of generator) if (++taken === program.takes) break;
    };
  },
  async: (program, path, name) => traced(name, () => runAsync(program, path)),
  asyncGenerator(program, path, name) {
    const generate = traced(name, () => generateLater(program, path));
    return async () => {
      if (program.takes > 0) await take(generate(), program.takes);
    };
  },
  iterated: (program, path, name) => async () => {
    if (program.takes > 0) await take(tracedStream(generateLater(program, path), { name }), program.takes);
  },
  // To its end: a stream reads ahead, so what has run when its reader stops is not known.
  readable: (program, path, name) => () =>
    take(tracedStream(Readable.from(generateLater(program, path)), { name })),
  blocking: (program, path) => () => runBlocking(programTask, [program, path]),
  blockOn: (program, path) => () => blockOn(programTask, [program, path]),
};

/** The program as a function that runs it, in the context in which that is called. */
export function bodyOf(program, path) {
  return kinds[program.kind](program, path, `${program.kind} ${path}`);
}

/** In another thread. */
export const runProgram = (program, path) =>
  traced(`${program.kind} ${path}`, () => runAsync(program, path))();
const programTask = defineTask(import.meta.url, 'runProgram');
