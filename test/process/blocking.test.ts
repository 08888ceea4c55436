// Blocking tasks as a collector receives them, from child processes that run the built package.

import { availableParallelism } from 'node:os';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type AppEnd, type AppProcess, REGISTER, runApp } from './app-process.js';
import { expectAllDelivered, startOptions } from './app-run.js';
import { type ArrivedSpan, OtlpSink } from './otlp-sink.js';

let sink: OtlpSink;
beforeEach(async () => {
  sink = await OtlpSink.start();
});
afterEach(() => sink.close());

async function scenario(
  name: string,
  blocking: object = {},
  start: object | null = startOptions(sink),
): Promise<AppEnd> {
  const end = await runApp({ app: 'blocking/scenario.mjs', args: [name, start, blocking] });
  expect(end, end.stderr).toMatchObject({ code: 0 });
  return end;
}

function said(end: AppEnd, name: string): unknown {
  const lines = end.stdout.split('\n').filter((line) => line.startsWith(`{"${name}":`));
  return (JSON.parse(lines.at(-1) ?? `{"${name}":"never said"}`) as Record<string, unknown>)[name];
}

interface Tree {
  readonly [name: string]: Tree;
}

/** Names in names, siblings by their start. Spans without a parent in the sink are roots. */
function tree(spans: readonly ArrivedSpan[] = sink.spans): Tree {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const below = (parent: ArrivedSpan | undefined): Tree =>
    Object.fromEntries(
      spans
        .filter((span) =>
          parent === undefined ? !ids.has(span.parentSpanId) : span.parentSpanId === parent.spanId,
        )
        .sort((a, b) => (BigInt(a.start) < BigInt(b.start) ? -1 : 1))
        .map((span) => [span.name, below(span)]),
    );
  return below(undefined);
}

function span(name: string): ArrivedSpan {
  const found = sink.spans.filter((candidate) => candidate.name === name);
  expect(found, name).toHaveLength(1);
  return found[0];
}

function attributes({ attributes: list }: Pick<ArrivedSpan, 'attributes'>): Record<string, unknown> {
  return Object.fromEntries(list.map(({ key, value }) => [key, Object.values(value as object)[0]]));
}

const NESTED = { 'runBlocking nested': { outer: { 'inner 0': {}, failed: {} } } };

describe('the tree of a request with a blocking task', () => {
  test('has the spans of the task below runBlocking, complete, in one trace and with one resource', async () => {
    const end = await scenario('tree');
    expectAllDelivered(end, sink, 6);
    expect(tree()).toEqual({
      request: { 'runBlocking nested': { outer: { 'inner 0': {}, 'inner 1': {}, failed: {} } } },
    });
    expect(new Set(sink.spans.map(({ traceId }) => traceId)).size).toBe(1);
    expect(new Set(sink.spans.map(({ resource }) => JSON.stringify(resource))).size).toBe(1);
    const outer = span('outer');
    expect(outer).toMatchObject({ kind: 3, scope: 'tasks', scopeVersion: '1.2.3', status: { code: 0 } });
    expect(attributes(outer)).toEqual({ depth: expect.anything() });
    expect(outer.events.map(({ name, attributes: list }) => [name, list.length])).toEqual([['begun', 1]]);
    expect(said(end, 'result')).toMatchObject({ traceId: outer.traceId, spanId: outer.spanId });
    const failed = span('failed');
    expect(failed.status).toEqual({ code: 2, message: 'no' });
    expect(failed.events.map(({ name }) => name)).toEqual(['exception']);
    const around = span('runBlocking nested');
    expect(around).toMatchObject({ kind: 1, scope: 'offloop', status: { code: 0 } });
    const {
      'thread.id': threadId,
      'offloop.blocking.run_ms': run,
      'offloop.blocking.queue_wait_ms': wait,
    } = attributes(around);
    expect(Number(threadId)).toBe((said(end, 'result') as { threadId: number }).threadId);
    const wholeMillis = Number(BigInt(around.end) - BigInt(around.start)) / 1e6;
    // The thread has to be started, which takes longer than the task, and both lie in the span.
    expect(Number(wait)).toBeGreaterThan(1);
    expect(Number(run)).toBeGreaterThan(0);
    expect(Number(run) + Number(wait)).toBeLessThan(wholeMillis + 5);
    for (const { start, end: ended } of [outer, failed]) {
      expect(Number(BigInt(start) - BigInt(around.start)) / 1e6).toBeGreaterThan(-2);
      expect(Number(BigInt(ended) - BigInt(around.end)) / 1e6).toBeLessThan(2);
    }
  });

  test('is the same from CommonJS, with a tracer that was taken before start', async () => {
    const end = await runApp({ app: 'blocking/tree.cjs', args: [startOptions(sink)] });
    expect(end, end.stderr).toMatchObject({ code: 0, stderr: '' });
    expect(said(end, 'result')).toBe(42);
    expectAllDelivered(end, sink, 3);
    expect(tree()).toEqual({ request: { 'runBlocking double': { doubling: {} } } });
  });

  test('carries baggage and trace state, and the parent is not remote', async () => {
    const end = await scenario('carried');
    const around = span('runBlocking carried');
    expect(around).toMatchObject({
      traceId: '1'.repeat(32),
      parentSpanId: '2'.repeat(16),
      traceState: 'a=1,b=2',
    });
    const { headers, ...seen } = said(end, 'result') as { headers: Record<string, string> };
    expect(seen).toEqual({
      baggage: [['user', 'x', 'y=z']],
      traceId: around.traceId,
      traceFlags: 1,
      traceState: 'a=1,b=2',
    });
    expect(headers).toEqual({
      traceparent: `00-${around.traceId}-${around.spanId}-01`,
      tracestate: 'a=1,b=2',
      baggage: 'user=x;y=z',
    });
  });

  test('has no spans of the task where the request is not sampled', async () => {
    const end = await scenario('unsampled', {}, startOptions(sink, { sampler: { name: 'always_off' } }));
    expect(said(end, 'result')).toMatchObject({ traceId: expect.stringMatching(/^(?!0+$)[0-9a-f]{32}$/) });
    expect(sink.spans).toEqual([]);
  });

  test('a root that a task begins is in a trace of its own, and sampled as the request is', async () => {
    expectAllDelivered(await scenario('rooted'), sink, 3);
    expect(tree()).toEqual({ request: { 'runBlocking rooted': {} }, rooted: {} });
    expect(span('rooted').traceId).not.toBe(span('request').traceId);
    const unsampled = await scenario('rooted', {}, startOptions(sink, { sampler: { name: 'always_off' } }));
    expect(unsampled.stats).toMatchObject({ recorded: 0 });
  });

  test('is recorded when the promise is settled: a flush after it has all of it', async () => {
    const end = await scenario('order');
    expect(said(end, 'seen')).toEqual(new Array(20).fill(51));
    // Two threads, two clocks: as one, or some would seem to begin before the span around them, or to end after it.
    const byId = new Map(sink.spans.map((span) => [span.spanId, span]));
    const inTasks = sink.spans.filter(({ name }) => name.startsWith('span '));
    const outside = inTasks.filter(({ start, end, parentSpanId }) => {
      const parent = byId.get(parentSpanId);
      return parent === undefined || BigInt(start) < BigInt(parent.start) || BigInt(end) > BigInt(parent.end);
    });
    expect(inTasks).toHaveLength(1000);
    expect(outside).toEqual([]);
  });

  test('before start nothing is recorded, and the task runs', async () => {
    const end = await scenario('early');
    expect(said(end, 'early')).toMatchObject({ threadId: expect.any(Number) });
    expectAllDelivered(end, sink, 0);
  });

  test('with telemetry disabled the task runs', async () => {
    const end = await runApp({
      app: 'blocking/scenario.mjs',
      args: ['tree', startOptions(sink), {}],
      environment: { OTEL_SDK_DISABLED: 'true' },
    });
    expect(said(end, 'result')).toMatchObject({ threadId: expect.any(Number) });
    expect(sink.spans).toEqual([]);
  });

  test('a task in a task runs in the same thread, start() in there does nothing, the marker is gone', async () => {
    const end = await scenario('again');
    const { started, threadId, ...rest } = said(end, 'result') as Record<string, unknown>;
    expect(rest).toEqual({ sum: 3, marker: 'none' });
    expect(tree()).toEqual({ request: { 'runBlocking again': { 'runBlocking add': {} } } });
    expect(Number(attributes(span('runBlocking add'))['thread.id'])).toBe(threadId);
    expect(started).toBe(0);
  });
});

describe('a task that ends its thread', () => {
  test('gives a typed error and a new thread, and what had ended is delivered', async () => {
    const end = await scenario('ends', { threads: 1, maxOldGenerationSizeMb: 32 });
    expect(said(end, 'exit')).toMatchObject({
      name: 'BlockingThreadError',
      code: 'ERR_OFFLOOP_BLOCKING_THREAD_EXIT',
      exitCode: 3,
    });
    expect(said(end, 'memory')).toMatchObject({
      name: 'BlockingThreadError',
      code: 'ERR_OFFLOOP_BLOCKING_OUT_OF_MEMORY',
    });
    expect(said(end, 'uncaught')).toMatchObject({
      name: 'BlockingThreadError',
      code: 'ERR_OFFLOOP_BLOCKING_UNCAUGHT',
      cause: 'nobody caught me',
    });
    expect(said(end, 'next')).toBe(3);
    expectAllDelivered(end, sink, 7);
    expect(tree()).toEqual({
      request: {
        'runBlocking giveUp': { 'before the exit': {} },
        'runBlocking devour': { 'before the end': {} },
        'runBlocking uncaught': {},
        'runBlocking add': {},
      },
    });
    for (const name of ['giveUp', 'devour', 'uncaught']) {
      const failed = span(`runBlocking ${name}`);
      expect(failed.status.code).toBe(2);
      expect(failed.events.map((event) => event.name)).toEqual(['exception']);
      expect(attributes(failed)['error.type']).toMatch(/^ERR_OFFLOOP_BLOCKING_/);
      expect(Number(attributes(failed)['offloop.blocking.run_ms'])).toBeGreaterThan(0);
    }
    expect(span('runBlocking add').status.code).toBe(0);
  });
});

test.each(["throw new Error('preload')", 'process.exit(5)'])(
  'a thread that cannot start (%s) is an error for the task that waits for it, and for the next',
  async (how) => {
    const code = `import { isMainThread } from 'node:worker_threads'; if (!isMainThread) ${how};`;
    const end = await runApp({
      app: 'blocking/scenario.mjs',
      args: ['stillborn', startOptions(sink), { threads: 2 }],
      nodeArgs: ['--import', `data:text/javascript,${encodeURIComponent(code)}`],
    });
    for (const name of ['first', 'second']) {
      expect(said(end, name)).toMatchObject({
        name: 'BlockingThreadError',
        code: 'ERR_OFFLOOP_BLOCKING_START',
      });
    }
    expectAllDelivered(end, sink, 2);
  },
);

test('the smallest limits that are taken run a task', async () => {
  const limits = { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 1, stackSizeMb: 1 };
  const end = await scenario('tree', limits);
  expect(tree()).toMatchObject({ request: { 'runBlocking nested': { outer: {} } } });
  expect(said(end, 'result')).toMatchObject({ threadId: expect.any(Number) });
});

describe('errors', () => {
  test('a thrown error comes back as it was; what cannot be called or sent is a typed error that names it', async () => {
    const end = await scenario('errors');
    expect(said(end, 'thrown')).toEqual({
      ...{ isTypeError: true, name: 'ShopError', message: 'sold out', code: 'ERR_SHOP', socket: false },
      cause: { isRangeError: true, message: 'stock is 0', cause: 'nothing' },
      inTask: true,
    });
    const expectError = (name: string, code: string, ...parts: string[]): void => {
      const error = said(end, name) as { code: string; message: string };
      expect(error.code, name).toBe(code);
      for (const part of parts) expect(error.message).toContain(part);
    };
    expectError('argument', 'ERR_OFFLOOP_TASK_ARGUMENTS', 'argument 1 of add', 'transferList');
    expectError('list', 'ERR_OFFLOOP_TASK_ARGUMENTS', 'add');
    expectError('result', 'ERR_OFFLOOP_TASK_RESULT');
    expectError('missing', 'ERR_OFFLOOP_TASK_EXPORT', 'exports no isMissing', 'addTask');
    expectError('none', 'ERR_OFFLOOP_TASK_EXPORT', 'notAFunction, but it is no function');
    expectError('function', 'ERR_OFFLOOP_TASK_INVALID', 'defineTask');
    expectError('module', 'ERR_OFFLOOP_TASK_MODULE', 'did not load');
    expectError('timeout', 'ERR_OFFLOOP_RUN_BLOCKING_TIMEOUT_MILLIS', '1 to 2147483647 ms');
    expect(said(end, 'late')).toBe('ERR_OFFLOOP_BLOCKING_STARTED');
  });
});

describe('the queue', () => {
  test('takes as many as may wait, refuses the next, and gives the thread to the highest priority', async () => {
    const end = await scenario('bounds', { threads: 1, queueSize: 2 });
    expect(said(end, 'refused')).toMatchObject({
      name: 'BlockingQueueFullError',
      code: 'ERR_OFFLOOP_BLOCKING_QUEUE_FULL',
      queueSize: 2,
    });
    expect(said(end, 'order')).toEqual([
      [1, 'low'],
      [0, 'high'],
    ]);
  });

  test('is left, and a running task ended, by abort and time-out; its spans are kept and the next has a thread', async () => {
    const end = await scenario('aborts', { threads: 1 });
    expect(said(end, 'queued')).toMatchObject({ message: 'not any more' });
    expect(said(end, 'queuedLate')).toMatchObject({
      code: 'ERR_OFFLOOP_BLOCKING_TIMEOUT',
      timeoutMillis: 20,
    });
    expect(said(end, 'running')).toMatchObject({ message: 'enough' });
    expect(said(end, 'before')).toMatchObject({ message: 'never' });
    expect(said(end, 'late')).toMatchObject({ name: 'BlockingTimeoutError', timeoutMillis: 400 });
    expect(said(end, 'next')).toBe(3);
    const holding = sink.spans.filter(({ name }) => name === 'runBlocking hold');
    expect(holding).toHaveLength(2);
    for (const around of holding) {
      expect(around.status.code).toBe(2);
      const below = sink.spans.filter(({ parentSpanId }) => parentSpanId === around.spanId);
      expect(below.map(({ name }) => name)).toEqual(['holding']);
    }
  });
});

test('a task that is given up when its answer has come takes its thread along, and not the next task', async () => {
  const end = await scenario('answered', { threads: 1 });
  expect(said(end, 'given')).toMatchObject({ message: 'too late' });
  expect(said(end, 'after')).toEqual({ value: 4 });
});

test('a batch has one span around those of its tasks, results in order, and fails as its first failure, or not at all', async () => {
  const end = await scenario('batch', { threads: 2, queueSize: 0 });
  expect(said(end, 'all')).toEqual([3, 7, 11, 15]);
  expect(said(end, 'failed')).toMatchObject({ name: 'ShopError', message: 'sold out' });
  expect(said(end, 'empty')).toEqual([]);
  const batches = sink.spans.filter(({ name }) => name.startsWith('runBlockingAll'));
  const below = (batch: ArrivedSpan): string[] =>
    sink.spans.filter(({ parentSpanId }) => parentSpanId === batch.spanId).map(({ name }) => name);
  expect(batches.map((batch) => [batch.name, batch.status.code, below(batch)])).toEqual([
    ['runBlockingAll add', 0, new Array(4).fill('runBlocking add')],
    ['runBlockingAll fail', 2, ['runBlocking fail']],
    ['runBlockingAll add', 0, []],
    ['runBlockingAll divide', 0, new Array(3).fill('runBlocking divide')],
    ['runBlockingAll hold', 2, ['runBlocking hold']],
  ]);
  const counts = (name: string) => batches.map((batch) => Number(attributes(batch)[`offloop.${name}`]));
  expect([counts('items'), counts('items.failed')]).toEqual([
    [4, 1, 0, 3, 1],
    [0, 1, 0, 1, 1],
  ]);
  expect(said(end, 'settled')).toEqual([
    ['fulfilled', 2],
    ['rejected', 'divided by 0'],
    ['fulfilled', 3],
  ]);
  expect(said(end, 'aborted')).toMatchObject({ message: 'enough' });
  expect(said(end, 'mode')).toMatchObject({ code: 'ERR_OFFLOOP_RUN_BLOCKING_MODE' });
});

test('levels set in code reach the tasks that are called after it', async () => {
  const end = await scenario('levels', { threads: 1 }, startOptions(sink, { level: 'warn' }));
  expect(said(end, 'levels')).toEqual([
    ['', ''],
    ['debug,info', 'debug,info'],
    ['trace,debug,info', 'debug,info'],
    ['info', 'info'],
  ]);
  const made = sink.spans.filter(({ scope }) => scope === 'tasks').map(({ name }) => name);
  expect(made.sort()).toEqual([...Array(4).fill('debug'), ...Array(6).fill('info'), 'trace']);
});

test('arguments and results are moved where that is asked for', async () => {
  const end = await scenario('transfer');
  expect([said(end, 'length'), said(end, 'left'), said(end, 'large')]).toEqual([1000, 0, 7_000_000]);
});

test('a thread ends after its keep-alive without a task, and not before', async () => {
  const end = await scenario('keepAlive', { threads: 1, keepAliveMillis: 200 });
  expect([said(end, 'again'), said(end, 'replaced')]).toEqual([true, true]);
});

test('an idle pool does not keep the process alive', async () => {
  const end = await scenario('tree', { keepAliveMillis: 600_000 });
  expect(end.endedMillis).toBeLessThan(5000);
});

describe('with other telemetry', () => {
  const others = async (how: string, options: Partial<ConstructorParameters<typeof AppProcess>[0]> = {}) => {
    const end = await runApp({ app: 'blocking/others.mjs', args: [how, startOptions(sink)], ...options });
    expect(end, end.stderr).toMatchObject({ code: 0 });
    return end;
  };

  test('processors of the application get the spans of the task, with its resource, and so do the rings', async () => {
    const end = await others('plugIns');
    expect(said(end, 'ended')).toEqual(
      ['inner 0', 'failed', 'outer', 'runBlocking nested', 'request'].map((name) => [name, 'plugged', 0]),
    );
    expectAllDelivered(end, sink, 5);
    expect(tree()).toEqual({ request: NESTED });
  });

  test('the test kit has the whole tree', async () => {
    const end = await others('testKit');
    const leaf = (name: string, error?: string) => ({ name, children: [], ...(error && { error }) });
    expect(said(end, 'tree')).toEqual([
      {
        name: 'request',
        children: [
          {
            name: 'runBlocking nested',
            children: [{ name: 'outer', children: [leaf('inner 0'), leaf('failed', 'no')] }],
          },
        ],
      },
    ]);
  });

  test('another SDK has the span around the task; that those of the task are not recorded is said', async () => {
    const end = await others('otherSdk');
    expect(said(end, 'names')).toEqual(['runBlocking nested', 'request']);
    expect(said(end, 'warned')).toEqual([
      expect.stringContaining('spans of blocking tasks are not recorded'),
    ]);
  });

  test('under offloop/register, which the threads inherit', async () => {
    await others('register', {
      nodeArgs: ['--import', REGISTER],
      environment: { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url },
    });
    expect(tree()).toEqual({ request: NESTED });
    expect(new Set(sink.spans.map(({ resource }) => JSON.stringify(resource))).size).toBe(1);
  });
});

describe('blockOn', () => {
  test('waits while the loop stands still; context, results, errors and ends go across', async () => {
    const end = await scenario('blockOn');
    expect([said(end, 'value'), said(end, 'turns')]).toEqual([{ value: 7 }, 0]);
    expect(said(end, 'thrown')).toMatchObject({
      name: 'ShopError',
      code: 'ERR_SHOP',
      isTypeError: true,
      cause: 'stock is 0',
    });
    expect(said(end, 'argument')).toMatchObject({ code: 'ERR_OFFLOOP_TASK_ARGUMENTS' });
    expect(said(end, 'missing')).toMatchObject({ code: 'ERR_OFFLOOP_TASK_EXPORT' });
    expect(said(end, 'late')).toMatchObject({
      name: 'BlockingTimeoutError',
      code: 'ERR_OFFLOOP_BLOCKING_TIMEOUT',
    });
    expect(said(end, 'exit')).toMatchObject({ code: 'ERR_OFFLOOP_BLOCKING_THREAD_EXIT', exitCode: 4 });
    expect(said(end, 'uncaught')).toMatchObject({
      code: 'ERR_OFFLOOP_BLOCKING_UNCAUGHT',
      cause: 'nobody caught me',
    });
    expect(said(end, 'next')).toBe(3);
    expect(said(end, 'option')).toMatchObject({ code: 'ERR_OFFLOOP_BLOCK_ON_TIMEOUT_MILLIS' });
    expect(said(end, 'none')).toMatchObject({ code: 'ERR_OFFLOOP_TASK_INVALID' });
    expect(said(end, 'inTask')).toEqual([3, 'ERR_OFFLOOP_BLOCK_ON_DEADLOCK']);
    const inTask = sink.spans.filter(({ name }) => name === 'runBlocking inTask');
    expect(
      tree([...inTask, ...sink.spans.filter((below) => below.parentSpanId === inTask[0].spanId)]),
    ).toEqual({
      'runBlocking inTask': { 'blockOn add': {} },
    });
    const names = (parent: ArrivedSpan) =>
      sink.spans.filter(({ parentSpanId }) => parentSpanId === parent.spanId).map(({ name }) => name);
    const blocked = sink.spans.filter(
      ({ name, parentSpanId }) => name.startsWith('blockOn') && parentSpanId === span('request').spanId,
    );
    expect(blocked.map((around) => [around.name, around.status.code, names(around)])).toEqual([
      ['blockOn later', 0, ['waiting']],
      ['blockOn fail', 2, []],
      ['blockOn add', 2, []],
      ['blockOn isMissing', 2, []],
      ['blockOn later', 2, []],
      ['blockOn giveUp', 2, ['before the exit']],
      ['blockOn uncaught', 2, []],
      ['blockOn add', 0, []],
      ['blockOn inTask', 0, ['blockOn add']],
    ]);
    const stall = (at: number): number => Number(attributes(blocked[at])['offloop.block_on.blocked_ms']);
    expect(stall(0)).toBeGreaterThan(49);
    expect(stall(4)).toBeGreaterThan(299);
    const cost = said(end, 'cost') as { calls: number; blockedMillis: number; longestMillis: number };
    expect(cost.calls).toBe(9);
    expect(cost.blockedMillis).toBeCloseTo(
      blocked.reduce((sum, _, at) => sum + stall(at), 0),
      0,
    );
    expect(cost.longestMillis).toBeGreaterThan(299);
  });

  test('does not wait for the pool, which may be full', async () => {
    const end = await scenario('blockOnFull', { threads: 1, queueSize: 0 });
    expect([said(end, 'value'), said(end, 'held')]).toEqual([3, 1]);
  });

  test.each([
    ['warn', 3, 'stood still'],
    ['', 3, 'stood still'],
    ['never', 3, 'must be warn, allow, deny'],
    ['allow', 3, undefined],
    ['deny', 'ERR_OFFLOOP_BLOCK_ON_DENIED', undefined],
  ])('OFFLOOP_BLOCK_ON=%s', async (policy, value, message) => {
    const end = await runApp({
      app: 'blocking/scenario.mjs',
      args: ['blockOnOnce', null, {}],
      nodeArgs: ['--import', REGISTER],
      environment: { OFFLOOP_BLOCK_ON: policy, OTEL_EXPORTER_OTLP_ENDPOINT: sink.url },
    });
    expect([said(end, 'value'), said(end, 'again')]).toEqual([value, value]);
    if (message === undefined) expect(end.stderr).toBe('');
    else expect(end.stderr).toContain(message);
    expect(sink.names()).toEqual(['blockOn add', 'blockOn add']);
  });
});

test.each([
  ['4', 4, false],
  ['0', availableParallelism(), true],
  ['65', availableParallelism(), true],
])('OFFLOOP_BLOCKING_THREADS=%s: %i tasks at once', async (text, threads, isWrong) => {
  const end = await runApp({
    app: 'blocking/scenario.mjs',
    args: ['threads', startOptions(sink), {}],
    nodeArgs: ['--import', REGISTER],
    environment: {
      OFFLOOP_BLOCKING_THREADS: text,
      EXPECTED_THREADS: String(threads),
      OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
    },
  });
  expect(said(end, 'met')).toEqual(new Array(threads).fill(true));
  expect(end.stderr.includes('OFFLOOP_BLOCKING_THREADS is')).toBe(isWrong);
});
