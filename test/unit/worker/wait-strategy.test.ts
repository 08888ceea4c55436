import { beforeEach, expect, test, vi } from 'vitest';
import { LANE_BELL_WORD, LANE_BYTES } from '../../../src/shared/ring/lane-layout.js';
import { LaneWords } from '../../../src/worker/lane-words.js';
import { WaitStrategy } from '../../../src/worker/wait-strategy.js';
import { FakeScheduler } from '../../support/fake-scheduler.js';

let scheduler: FakeScheduler;
let memory: Int32Array;
let deferred: (() => void)[];
let turns: number;
let hasWork: boolean;
let armed: boolean;
let bellAwaited: number;
let wait: WaitStrategy;

const turn = () => {
  turns++;
};

function ring(): void {
  Atomics.add(memory, LANE_BELL_WORD, 1);
  Atomics.notify(memory, LANE_BELL_WORD);
}

function runDeferred(): void {
  for (const callback of deferred.splice(0)) callback();
}

beforeEach(() => {
  scheduler = new FakeScheduler();
  memory = new Int32Array(new SharedArrayBuffer(LANE_BYTES));
  deferred = [];
  turns = 0;
  hasWork = false;
  armed = false;
  bellAwaited = 0;
  const words = new LaneWords(memory.buffer as SharedArrayBuffer);
  vi.spyOn(words, 'bellRings').mockImplementation((expected) => {
    bellAwaited++;
    return LaneWords.prototype.bellRings.call(words, expected);
  });
  wait = new WaitStrategy({
    words,
    scheduler,
    defer: (callback) => deferred.push(callback),
    arm: () => {
      armed = true;
      return hasWork;
    },
    disarm: () => {
      armed = false;
    },
  });
});

test('a rest ends when its time is over, and not a millisecond earlier', () => {
  wait.rest(100, turn);
  scheduler.advance(99);
  expect(turns).toBe(0);
  expect(armed).toBe(true);
  scheduler.advance(1);
  expect(turns).toBe(1);
  expect(armed).toBe(false);
});

test('a rest of no time lets sockets be served first, and does not arm', () => {
  wait.rest(0, turn);
  expect(turns).toBe(0);
  expect(armed).toBe(false);
  runDeferred();
  expect(turns).toBe(1);
});

test('the bell ends a rest, and leaves no timer behind', async () => {
  wait.rest(60_000, turn);
  ring();
  await vi.waitFor(() => expect(deferred).toHaveLength(1));
  expect(armed).toBe(false);
  expect(scheduler.pendingTimers).toBe(0);
  runDeferred();
  expect(turns).toBe(1);
});

test('work that is found after arming ends the rest before it begins', () => {
  hasWork = true;
  wait.rest(60_000, turn);
  expect(armed).toBe(false);
  expect(scheduler.pendingTimers).toBe(0);
  runDeferred();
  expect(turns).toBe(1);
});

test('a bell that rings between the look at it and the wait is not lost', () => {
  const words = new LaneWords(memory.buffer as SharedArrayBuffer);
  const late = new WaitStrategy({
    words,
    scheduler,
    defer: (callback) => deferred.push(callback),
    arm: () => {
      ring();
      return false;
    },
    disarm: () => {},
  });
  late.rest(60_000, turn);
  runDeferred();
  expect(turns).toBe(1);
});

test('only one promise waits for the bell, however many rests end otherwise', async () => {
  for (let round = 0; round < 100; round++) {
    wait.rest(10, turn);
    scheduler.advance(10);
  }
  expect(turns).toBe(100);
  expect(bellAwaited).toBe(1);
  wait.rest(60_000, turn);
  ring();
  await vi.waitFor(() => expect(deferred).toHaveLength(1));
  runDeferred();
  wait.rest(60_000, turn);
  expect(bellAwaited).toBe(2);
});

test('wake ends a rest; during a turn it makes the next rest short', () => {
  wait.rest(60_000, turn);
  wait.wake();
  wait.wake();
  expect(deferred).toHaveLength(1);
  runDeferred();
  expect(turns).toBe(1);
  wait.wake();
  wait.rest(60_000, turn);
  expect(scheduler.pendingTimers).toBe(0);
  runDeferred();
  expect(turns).toBe(2);
  wait.rest(60_000, turn);
  expect(deferred).toHaveLength(0);
  expect(scheduler.pendingTimers).toBe(1);
});

test('after stop no turn is called and no timer is left', async () => {
  wait.rest(60_000, turn);
  wait.stop();
  expect(scheduler.pendingTimers).toBe(0);
  expect(armed).toBe(false);
  ring();
  wait.wake();
  wait.rest(0, turn);
  await new Promise((resolve) => setImmediate(resolve));
  runDeferred();
  expect(turns).toBe(0);
});
