import { expect, test } from 'vitest';
import type { ExportResult } from '../../../../src/worker/transport/export-result.js';
import { RETRY_DEFAULTS, RetryingTransport } from '../../../../src/worker/transport/retrying-transport.js';
import type { Payload, Transport } from '../../../../src/worker/transport/transport.js';
import { FakeScheduler } from '../../../support/fake-scheduler.js';

const PAYLOAD: Payload = { body: new Uint8Array(1), encoding: undefined, spanCount: 1 };
const SUCCESS: ExportResult = { status: 'success', rejected: 0 };
const DOWN: ExportResult = { status: 'retryable', cause: 'down' };

interface Attempt {
  readonly atMillis: number;
  readonly deadlineMillis: number;
  readonly payload: Payload;
}

/** Answers with `results` in turn, then with the last one for ever. */
function setUp(results: readonly ExportResult[], random = () => 0) {
  const scheduler = new FakeScheduler(1000);
  const attempts: Attempt[] = [];
  const retries: string[] = [];
  let closed = 0;
  const inner: Transport = {
    async send(payload, deadlineMillis) {
      attempts.push({ atMillis: scheduler.now() - 1000, deadlineMillis, payload });
      return results[Math.min(attempts.length, results.length) - 1];
    },
    async close() {
      closed++;
    },
  };
  const observer = { onRetry: (cause: string) => void retries.push(cause) };
  const transport = new RetryingTransport(inner, scheduler, observer, random);
  const send = (timeoutMillis: number) => {
    const outcome: { result?: ExportResult; atMillis?: number } = {};
    void transport.send(PAYLOAD, scheduler.now() + timeoutMillis).then((result) => {
      outcome.result = result;
      outcome.atMillis = scheduler.now() - 1000;
    });
    return outcome;
  };
  const times = () => attempts.map((attempt) => attempt.atMillis);
  return { scheduler, attempts, times, retries, transport, send, closedCount: () => closed };
}

test('hands the first success through without a timer or a retry', async () => {
  const { scheduler, attempts, retries, send } = setUp([SUCCESS]);
  const outcome = send(10_000);
  await scheduler.settle();
  expect(outcome.result).toEqual(SUCCESS);
  expect(attempts).toEqual([{ atMillis: 0, deadlineMillis: 11_000, payload: PAYLOAD }]);
  expect(retries).toEqual([]);
  expect(scheduler.pendingTimers).toBe(0);
});

test.each<ExportResult>([
  { status: 'failure', cause: 'HTTP 400' },
  { status: 'too-large', cause: 'HTTP 413' },
  { status: 'success', rejected: 3, message: 'three were bad' },
])('never retries $status', async (result) => {
  const { scheduler, attempts, send } = setUp([result]);
  const outcome = send(10_000);
  await scheduler.advanceAsync(10_000);
  expect(outcome.result).toEqual(result);
  expect(attempts).toHaveLength(1);
});

test('backs off exponentially up to the cap', async () => {
  const { scheduler, times, send } = setUp([DOWN]);
  send(60_000);
  await scheduler.advanceAsync(25_000);
  expect(times()).toEqual([0, 500, 1500, 3500, 7500, 12_500, 17_500, 22_500]);
});

test('stretches a wait by the jitter at most', async () => {
  const { scheduler, times, send } = setUp([DOWN], () => 1);
  send(60_000);
  await scheduler.advanceAsync(1800);
  expect(times()).toEqual([0, 600, 1800]);
});

test('counts attempts beyond the first as retries, with the cause', async () => {
  const { scheduler, retries, send } = setUp([DOWN, { status: 'retryable', cause: 'still down' }, SUCCESS]);
  const outcome = send(10_000);
  await scheduler.advanceAsync(10_000);
  expect(outcome.result).toEqual(SUCCESS);
  expect(retries).toEqual(['down', 'still down']);
});

test('gives every attempt the one total deadline', async () => {
  const { scheduler, attempts, send } = setUp([DOWN]);
  send(2000);
  await scheduler.advanceAsync(2000);
  expect(attempts.map((attempt) => attempt.deadlineMillis)).toEqual([3000, 3000, 3000]);
});

test('gives up as soon as the next wait would reach the deadline, and says when to come back', async () => {
  const { scheduler, times, send } = setUp([DOWN]);
  const outcome = send(1500);
  await scheduler.advanceAsync(1500);
  // The attempt at 1500 would start at the deadline.
  expect(times()).toEqual([0, 500]);
  expect(outcome).toEqual({
    result: { status: 'retryable', cause: 'down', afterMillis: 1000 },
    atMillis: 500,
  });
  expect(scheduler.pendingTimers).toBe(0);
});

test('still makes the attempt that starts just before the deadline', async () => {
  const { scheduler, times, send } = setUp([DOWN]);
  send(1501);
  await scheduler.advanceAsync(1501);
  expect(times()).toEqual([0, 500, 1500]);
});

test('makes no attempt when the deadline has passed', async () => {
  const { scheduler, attempts, send } = setUp([SUCCESS]);
  const outcome = send(0);
  await scheduler.settle();
  expect(outcome.result).toMatchObject({ status: 'retryable', afterMillis: 0 });
  expect(attempts).toHaveLength(0);
});

test('waits as long as the server asks when that is longer than the backoff', async () => {
  const { scheduler, times, send } = setUp([{ ...DOWN, afterMillis: 3000 } as ExportResult, SUCCESS]);
  send(10_000);
  await scheduler.advanceAsync(10_000);
  expect(times()).toEqual([0, 3000]);
});

test.each([0, 1, -5, Number.NaN])(
  'a server that asks for %d ms causes no tight loop',
  async (afterMillis) => {
    const { scheduler, times, send } = setUp([{ ...DOWN, afterMillis } as ExportResult]);
    send(10_000);
    await scheduler.advanceAsync(10_000);
    expect(times()).toEqual([0, 500, 1500, 3500, 7500]);
  },
);

test('a server that goes on asking for the same wait gets it', async () => {
  const { scheduler, times, send } = setUp([{ ...DOWN, afterMillis: 500 } as ExportResult]);
  send(10_000);
  await scheduler.advanceAsync(2000);
  expect(times()).toEqual([0, 500, 1000, 1500, 2000]);
});

test('a wait that is shorter than the first backoff is no wish', async () => {
  const { scheduler, times, send } = setUp([{ ...DOWN, afterMillis: 499 } as ExportResult]);
  send(10_000);
  await scheduler.advanceAsync(4000);
  expect(times()).toEqual([0, 500, 1500, 3500]);
});

test('later waits back off from what the server asked for', async () => {
  const { scheduler, times, send } = setUp([{ ...DOWN, afterMillis: 2000 } as ExportResult, DOWN]);
  send(60_000);
  await scheduler.advanceAsync(11_500);
  expect(times()).toEqual([0, 2000, 6000, 11_000]);
});

test('throttling holds back every send to the destination', async () => {
  const { scheduler, times, send, transport } = setUp([
    { ...DOWN, afterMillis: 4000 } as ExportResult,
    SUCCESS,
  ]);
  send(10_000);
  await scheduler.settle();
  expect(transport.notBeforeMillis).toBe(5000);
  const other = send(10_000);
  await scheduler.advanceAsync(3999);
  expect(times()).toEqual([0]);
  expect(other.result).toBeUndefined();
  await scheduler.advanceAsync(1);
  expect(times()).toEqual([0, 4000, 4000]);
  expect(other.result).toEqual(SUCCESS);
});

test('a send that waits is held back again by a throttling that comes meanwhile', async () => {
  const { scheduler, times, send } = setUp([DOWN, { ...DOWN, afterMillis: 2000 } as ExportResult, SUCCESS]);
  const first = send(10_000);
  await scheduler.advanceAsync(100);
  send(10_000); // throttled at 100, until 2100
  await scheduler.advanceAsync(2000);
  expect(times()).toEqual([0, 100, 2100, 2100]);
  expect(first.result).toEqual(SUCCESS);
});

test('waiting for the end of a throttling is no retry', async () => {
  const { scheduler, retries, send } = setUp([{ ...DOWN, afterMillis: 4000 } as ExportResult, SUCCESS]);
  send(10_000);
  await scheduler.settle();
  send(10_000);
  await scheduler.advanceAsync(10_000);
  expect(retries).toEqual(['down']);
});

test('a throttled destination refuses at once what its deadline does not allow', async () => {
  const { scheduler, send } = setUp([{ ...DOWN, afterMillis: 4000 } as ExportResult]);
  send(10_000);
  await scheduler.settle();
  const late = send(4000);
  await scheduler.settle();
  expect(late.result).toMatchObject({ status: 'retryable', afterMillis: 4000 });
});

test('grants a server the longest throttling and no more', async () => {
  const { scheduler, transport, send } = setUp([{ ...DOWN, afterMillis: 1e15 } as ExportResult]);
  send(1e9);
  await scheduler.settle();
  expect(transport.notBeforeMillis).toBe(1000 + RETRY_DEFAULTS.maxThrottleMillis);
});

test('close ends waiting sends at once and closes what it decorates', async () => {
  const { scheduler, attempts, transport, send, closedCount } = setUp([DOWN]);
  const outcome = send(10_000);
  await scheduler.settle();
  expect(outcome.result).toBeUndefined();
  await transport.close();
  await scheduler.settle();
  expect(outcome).toMatchObject({ result: { status: 'retryable', cause: 'down' }, atMillis: 0 });
  expect(attempts).toHaveLength(1);
  expect(scheduler.pendingTimers).toBe(0);
  expect(closedCount()).toBe(1);
});

test('a closed transport attempts nothing', async () => {
  const { scheduler, attempts, transport, send } = setUp([SUCCESS]);
  await transport.close();
  const outcome = send(10_000);
  await scheduler.settle();
  expect(outcome.result).toMatchObject({ status: 'retryable', cause: 'transport closed' });
  expect(attempts).toHaveLength(0);
});
