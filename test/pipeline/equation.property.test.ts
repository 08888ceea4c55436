// The one equation, under seeded random faults: recorded = delivered + dropped(by reason), exactly; rings released;
// nothing delivered twice unless a worker died; bounds kept. Nothing pumps the pipeline here but what would wake a
// real worker, so a lost wake-up shows as spans that never settle.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LARGE_IN_FLIGHT_BYTES_MAX } from '../../src/shared/limits.js';
import type { SpanBatchEncoder } from '../../src/worker/encode/span-batch-encoder.js';
import type { Behaviour } from './rig/fake-transport.js';
import { PipelineRig, type RigOptions } from './rig/pipeline-rig.js';

type Step =
  | { readonly do: 'record'; readonly producer: number; readonly count: number; readonly nameLength: number }
  | { readonly do: 'large'; readonly producer: number; readonly nameLength: number }
  | { readonly do: 'run'; readonly millis: number }
  | { readonly do: 'flush'; readonly timeoutMillis: number }
  | { readonly do: 'flush-by-word' }
  | { readonly do: 'clock-step'; readonly millis: number }
  | { readonly do: 'add-producer' }
  | { readonly do: 'end-producer'; readonly producer: number }
  | { readonly do: 'die' };

interface Script {
  readonly options: RigOptions;
  readonly behaviours: readonly Behaviour[];
  /** The encoder refuses, or throws at, one add in so many; 0 = never. */
  readonly refuseEvery: number;
  readonly throwEvery: number;
  readonly steps: readonly Step[];
}

const kind = fc.constantFrom('accept', 'accept', 'retryable', 'failure', 'too-large', 'silent', 'throw');
const behaviour: fc.Arbitrary<Behaviour> = fc.record({
  kind,
  delayMillis: fc.oneof(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 3000 })),
  rejected: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 20 })),
  afterMillis: fc.integer({ min: 0, max: 2000 }),
}) as fc.Arbitrary<Behaviour>;

const producer = fc.integer({ min: 0, max: 3 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('record' as const),
      producer,
      count: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 700 })),
      nameLength: fc.oneof(fc.constant(8), fc.integer({ min: 0, max: 2500 })),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('large' as const),
      producer,
      nameLength: fc.integer({ min: 0, max: 200_000 }),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('run' as const),
      millis: fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 2000 })),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('flush' as const),
      timeoutMillis: fc.integer({ min: 0, max: 5000 }),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'flush-by-word' as const }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('clock-step' as const),
      millis: fc.integer({ min: -100_000, max: 100_000 }),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'add-producer' as const }) },
);

function scriptOf(steps: fc.Arbitrary<Step>): fc.Arbitrary<Script> {
  return fc.record({
    options: fc.record({
      producers: fc.integer({ min: 1, max: 3 }),
      ringBytes: fc.constantFrom(65_536, 65_536, 262_144),
      startPosition: fc.constantFrom(0, -8192, 2 ** 31 - 8192),
      maxExportBatchSize: fc.constantFrom(1, 7, 64, 512, 4096),
      maxExportBatchBytes: fc.constantFrom(4096, 65_536, 1 << 20),
      scheduledDelayMillis: fc.constantFrom(0, 50, 5000),
      maxConcurrentExports: fc.constantFrom(1, 2, 4),
      timeoutMillis: fc.constantFrom(500, 10_000),
      drainIntervalMillis: fc.constantFrom(1, 10, 25),
      retries: fc.boolean(),
    }),
    behaviours: fc.array(behaviour, { minLength: 1, maxLength: 30 }),
    refuseEvery: fc.constantFrom(0, 0, 13, 1),
    throwEvery: fc.constantFrom(0, 0, 29),
    steps: fc.array(steps, { minLength: 1, maxLength: 60 }),
  });
}

/** An encoder that fails at every n-th add; deterministic by record, so that encoding again gives the same. */
function faulty(encoder: SpanBatchEncoder, script: Script): SpanBatchEncoder {
  const isNth = (sequence: number, every: number) => every > 0 && sequence % every === 0;
  return {
    get count() {
      return encoder.count;
    },
    get bytes() {
      return encoder.bytes;
    },
    add(from, words, bytes, offset) {
      const sequence = words[(offset >> 2) + 11];
      if (isNth(sequence, script.throwEvery)) throw new Error('encoder defect');
      return !isNth(sequence, script.refuseEvery) && encoder.add(from, words, bytes, offset);
    },
    finish: () => encoder.finish(),
  };
}

async function play(script: Script): Promise<PipelineRig> {
  let attempts = 0;
  let healed = false;
  const rig = new PipelineRig({ ...script.options, wrapEncoder: (encoder) => faulty(encoder, script) });
  rig.transport.behave = () =>
    healed ? { kind: 'accept', delayMillis: 1 } : script.behaviours[attempts++ % script.behaviours.length];
  for (const step of script.steps) {
    const at = 'producer' in step ? step.producer % rig.producers.length : 0;
    const hasEnded = rig.ended.has(rig.producers[at].id);
    switch (step.do) {
      case 'record':
        if (!hasEnded) rig.record(at, step.count, step.nameLength);
        break;
      case 'large':
        if (!hasEnded) rig.large(at, step.nameLength);
        break;
      case 'run':
        await rig.run(step.millis);
        break;
      case 'flush':
        void rig.pipeline.flush(step.timeoutMillis);
        break;
      case 'flush-by-word':
        rig.requestFlushByWord();
        break;
      case 'clock-step':
        rig.unixOffsetMillis += step.millis;
        break;
      case 'add-producer':
        if (rig.producers.length - rig.ended.size < 4) rig.addProducer();
        break;
      case 'end-producer':
        if (!hasEnded) rig.retire(at);
        break;
      case 'die':
        rig.die();
    }
    checkBounds(rig);
  }
  healed = true;
  // Time for a silent transport to be overdue and for a batch opened after that to come of age: nothing but time and
  // doorbells may be needed.
  await rig.run(20_000);
  checkBounds(rig);
  return rig;
}

function checkBounds(rig: PipelineRig): void {
  expect(rig.violations).toEqual([]);
  for (const { usedBytes, ring } of rig.producers) expect(usedBytes).toBeLessThanOrEqual(ring.capacity);
  expect(rig.count('LargeReceivedBytes') - rig.count('LargeSettledBytes')).toBeLessThanOrEqual(
    LARGE_IN_FLIGHT_BYTES_MAX,
  );
  expect(rig.settled + rig.droppedByProducers).toBeLessThanOrEqual(rig.recorded);
}

function checkEquation(rig: PipelineRig): void {
  expect(rig.settled + rig.droppedByProducers).toBe(rig.recorded);
  expect(rig.usedBytes).toBe(0);
  expect(rig.count('LargeSettled')).toBe(rig.count('LargeReceived'));
  expect(rig.flushCompleted).toBe(rig.flushRequested);
}

const runs = { numRuns: 120 };

test('recorded = delivered + dropped(by reason) after any faults, and nothing is sent twice with success', async () => {
  await fc.assert(
    fc.asyncProperty(scriptOf(step), async (script) => {
      const rig = await play(script);
      checkEquation(rig);
      // An answer that came after its batch was given up as overdue delivers what is counted as dropped.
      expect(new Set(rig.transport.accepted).size).toBe(rig.transport.accepted.length);
      expect(rig.count('DroppedShutdownTimeout')).toBe(0);
      expect(rig.count('DroppedQueueFull')).toBe(0);
    }),
    runs,
  );
});

const withComings = fc.oneof(
  { weight: 9, arbitrary: step },
  { weight: 1, arbitrary: fc.constant({ do: 'die' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'add-producer' as const }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('end-producer' as const), producer }) },
);

test('producers come and go, and the equation holds for each of them; all that ended are let go', async () => {
  await fc.assert(
    fc.asyncProperty(scriptOf(withComings), async (script) => {
      const rig = await play(script);
      checkEquation(rig);
      for (const { id, recorded, droppedQueueFull, settledSpans } of rig.producers) {
        expect(settledSpans + droppedQueueFull, `producer ${id}`).toBe(recorded);
      }
      expect(rig.retired.toSorted()).toEqual([...rig.ended].toSorted());
    }),
    { numRuns: 60 },
  );
});

const withDeaths = fc.oneof(
  { weight: 9, arbitrary: step },
  { weight: 1, arbitrary: fc.constant({ do: 'die' as const }) },
);

test('the equation holds across deaths of the worker: its successor counts each record once', async () => {
  await fc.assert(
    fc.asyncProperty(scriptOf(withDeaths), async (script) => {
      const rig = await play(script);
      checkEquation(rig);
      const dropped = rig.settled - rig.count('Delivered') - rig.count('DroppedRejected');
      // What the collector has covers what was counted as delivered: a death may add, never take away.
      expect(new Set(rig.transport.accepted).size).toBeGreaterThanOrEqual(rig.count('Delivered'));
      expect(dropped).toBeGreaterThanOrEqual(0);
    }),
    runs,
  );
});

test('the equation holds after a shutdown whose time was too short', async () => {
  await fc.assert(
    fc.asyncProperty(scriptOf(step), fc.integer({ min: 0, max: 300 }), async (script, timeoutMillis) => {
      const cut = { ...script, steps: script.steps.slice(0, -1) };
      const rig = await play(cut);
      rig.transport.behave = () => 'hold';
      for (const producer of rig.producers.keys()) rig.record(producer, 300);
      rig.large(0, 9000);
      const shutdown = rig.pipeline.shutdown(timeoutMillis);
      await rig.run(timeoutMillis + 1);
      expect(await shutdown).toBe(rig.count('DroppedShutdownTimeout') === 0);
      expect(rig.settled + rig.droppedByProducers).toBe(rig.recorded);
      expect(rig.usedBytes).toBe(0);
      expect(rig.pipeline.isStopped).toBe(true);
    }),
    { numRuns: 40 },
  );
});

test.each(['deaf', 'undead'] as const)('the checker catches a pipeline that is %s', async (canary) => {
  const outcome = await fc.check(
    fc.asyncProperty(scriptOf(withDeaths), async (script) => {
      checkEquation(await play({ ...script, options: { ...script.options, canary } }));
    }),
    { numRuns: 200, endOnFailure: true },
  );
  expect(outcome.failed).toBe(true);
});
