// Tasks of the blocking applications, and what runs them in another thread.

import { readFileSync } from 'node:fs';
import { threadId } from 'node:worker_threads';
import { context, propagation, trace } from '@opentelemetry/api';
import {
  blockOn,
  defineTask,
  enabled,
  runBlocking,
  setLevel,
  start,
  transferResult,
  withSpan,
} from 'offloop';

const tracer = trace.getTracer('tasks', '1.2.3');
const task = (name) => defineTask(import.meta.url, name);

/** Spans of both kinds, one in the other, with all that a span can have. */
export async function nested(depth) {
  return tracer.startActiveSpan('outer', { kind: 2, attributes: { depth } }, async (outer) => {
    outer.addEvent('begun', { n: 1 });
    for (let i = 0; i < depth; i++) {
      tracer.startActiveSpan(`inner ${i}`, (inner) => inner.end());
    }
    await new Promise((resolve) => setImmediate(resolve));
    tracer.startActiveSpan('failed', (span) => {
      span.recordException(new Error('no'));
      span.setStatus({ code: 2, message: 'no' });
      span.end();
    });
    outer.end();
    const { traceId, spanId } = outer.spanContext();
    return { threadId, traceId, spanId };
  });
}
export const nestedTask = task('nested');

export function carried() {
  const baggage = propagation.getBaggage(context.active())?.getAllEntries() ?? [];
  const { traceId, traceFlags, traceState, isRemote } = trace.getSpanContext(context.active()) ?? {};
  const headers = {};
  propagation.inject(context.active(), headers);
  return {
    baggage: baggage.map(([key, entry]) => [key, entry.value, entry.metadata?.toString()]),
    traceId,
    traceFlags,
    traceState: traceState?.serialize(),
    isRemote,
    headers,
  };
}
export const carriedTask = task('carried');

export const add = (a, b) => a + b;
export const addTask = task('add');

export function divide(a, b) {
  if (b === 0) throw new RangeError('divided by 0');
  return a / b;
}
export const divideTask = task('divide');

export class ShopError extends TypeError {
  name = 'ShopError';
  code = 'ERR_SHOP';
  socket = () => {};
}
export function fail() {
  throw new ShopError('sold out', { cause: new RangeError('stock is 0', { cause: 'nothing' }) });
}
export const failTask = task('fail');

export function giveUp(code) {
  tracer.startSpan('before the exit').end();
  process.exit(code);
}
export const giveUpTask = task('giveUp');

export function devour() {
  tracer.startSpan('before the end').end();
  const kept = [];
  for (;;) kept.push(new Array(10_000).fill(kept.length));
}
export const devourTask = task('devour');

export function uncaught() {
  setImmediate(() => {
    throw new Error('nobody caught me');
  });
  return new Promise(() => {});
}
export const uncaughtTask = task('uncaught');

/** Until the word is not 0; says that it runs by setting the other one. */
export function hold(words) {
  tracer.startSpan('holding').end();
  Atomics.store(words, 1, 1);
  Atomics.notify(words, 1);
  Atomics.wait(words, 0, 0);
  return Atomics.load(words, 0);
}
export const holdTask = task('hold');

export const order = [];
export function remember(words, value) {
  return [Atomics.add(words, 2, 1), value];
}
export const rememberTask = task('remember');

export const large = (bytes) => {
  const array = new Uint8Array(bytes).fill(7);
  return transferResult(array, [array.buffer]);
};
export const largeTask = task('large');

export const lengthOf = (array) => array.byteLength;
export const lengthTask = task('lengthOf');

export const uncloneable = () => ({ run: () => {} });
export const uncloneableTask = task('uncloneable');

export const notAFunction = 5;
export const notAFunctionTask = task('notAFunction');
export const missingTask = task('isMissing');

/** A task in a task; and telemetry that a task starts. */
export async function again() {
  const telemetry = start();
  const started = telemetry.stats().workers;
  const sum = await runBlocking(addTask, [1, 2]);
  return { started, sum, threadId, marker: process.env.OFFLOOP_INTERNAL_WORKER ?? 'none' };
}
export const againTask = task('again');

export const thread = () => ({ threadId, stat: readFileSync('/proc/self/stat', 'utf8').length > 0 });
export const threadTask = task('thread');

/** Asynchronous: answered by timers of its own thread. */
export async function later(value, millis) {
  return tracer.startActiveSpan('waiting', async (span) => {
    await new Promise((resolve) => setTimeout(resolve, millis));
    span.end();
    return { value };
  });
}
export const laterTask = task('later');

/** A blockOn in a task. */
export function inTask() {
  try {
    return blockOn(addTask, [1, 2]);
  } catch ({ code }) {
    return code;
  }
}
export const inTaskTask = task('inTask');

/** Of trace, debug, info: spans that are made, and what `enabled` says. */
export function levelled() {
  const levels = ['trace', 'debug', 'info'];
  for (const level of levels) withSpan(level, { level, target: 'tasks' }, () => {});
  return levels.filter((level) => enabled(level, 'tasks')).join();
}
export const levelledTask = task('levelled');
export const setLevelTask = task('setThreadLevel');
export const setThreadLevel = (directives) => setLevel(directives);

/** Returns when so many of them run at once, each in a thread; false if they do not within the time. */
export function meet(words, count) {
  Atomics.add(words, 0, 1);
  Atomics.notify(words, 0);
  for (let met = Atomics.load(words, 0); met < count; met = Atomics.load(words, 0)) {
    if (Atomics.wait(words, 0, met, 10_000) === 'timed-out') return false;
  }
  return true;
}
export const meetTask = task('meet');

/** A root in a task. */
export function rooted() {
  tracer.startSpan('rooted', { root: true }).end();
}
export const rootedTask = task('rooted');

/** Nothing but synchronous work between the last span and the end. */
export function many(count) {
  for (let i = 0; i < count; i++) tracer.startSpan(`span ${i}`).end();
}
export const manyTask = task('many');
