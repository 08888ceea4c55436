import { describe, expect, test } from 'vitest';
import { RING_DATA_OFFSET } from '../../src/shared/ring/layout.js';
import type { SpanBatchEncoder } from '../../src/worker/encode/span-batch-encoder.js';
import { OVERDUE_MILLIS } from '../../src/worker/exporter.js';
import type { ExportResult } from '../../src/worker/transport/export-result.js';
import { PipelineRig } from './rig/pipeline-rig.js';

const success = { status: 'success', rejected: 0 } as const;

/** An encoder on which `act` runs before each add. */
function beforeAdd(encoder: SpanBatchEncoder, act: () => boolean): SpanBatchEncoder {
  return {
    get count() {
      return encoder.count;
    },
    get bytes() {
      return encoder.bytes;
    },
    add: (...record) => act() && encoder.add(...record),
    finish: () => encoder.finish(),
  };
}

describe('release', () => {
  test('gives ring space back in order, although batches are acknowledged out of order', async () => {
    const rig = new PipelineRig({ maxExportBatchSize: 2 });
    rig.transport.behave = () => 'hold';
    rig.record(0, 2);
    const first = rig.producers[0].ring.tail;
    rig.record(0, 2);
    const second = rig.producers[0].ring.tail;
    rig.pump();
    rig.transport.attempts[1].answer(success);
    await rig.settle();
    expect(rig.producers[0].head).toBe(0);
    expect(rig.count('Delivered')).toBe(0);
    rig.transport.attempts[0].answer(success);
    await rig.settle();
    expect(first).toBeLessThan(second);
    expect(rig.producers[0].head).toBe(second);
    expect(rig.count('Delivered')).toBe(4);
  });

  test('of one producer does not wait for another', async () => {
    const rig = new PipelineRig({ producers: 2, maxExportBatchSize: 2 });
    rig.transport.behave = () => 'hold';
    rig.record(0, 2);
    rig.pump();
    rig.record(1, 2);
    rig.pump();
    rig.transport.attempts[1].answer(success);
    await rig.settle();
    expect(rig.producers[1].usedBytes).toBe(0);
    expect(rig.producers[0].usedBytes).toBeGreaterThan(0);
  });

  test('works across the wrap of positions and of the buffer', async () => {
    const rig = new PipelineRig({ startPosition: -4096, maxExportBatchSize: 7 });
    const ids: string[] = [];
    for (let round = 0; round < 40; round++) {
      ids.push(...rig.record(0, 100, (round * 37) % 300));
      rig.requestFlushByWord();
      await rig.run(50);
    }
    expect(rig.transport.accepted).toEqual(ids);
    expect(rig.usedBytes).toBe(0);
    expect(rig.producers[0].ring.tail).toBeGreaterThan(65_536);
  });
});

describe('results', () => {
  test('a partial success counts what was refused as rejected, the rest as delivered', async () => {
    const rig = new PipelineRig({ maxExportBatchSize: 10 });
    rig.transport.behave = () => ({ kind: 'accept', delayMillis: 1, rejected: 3 });
    rig.record(0, 10);
    await rig.run(10);
    expect([rig.count('Delivered'), rig.count('DroppedRejected')]).toEqual([7, 3]);
    expect(rig.messages.join()).toContain('3 of 10');
  });

  test.each([
    [-1, 0],
    [11, 10],
    [Number.NaN, 0],
  ])('a refused count of %d is taken as %d', async (said, counted) => {
    const rig = new PipelineRig({ maxExportBatchSize: 10 });
    rig.transport.behave = () => ({ kind: 'accept', delayMillis: 1, rejected: said });
    rig.record(0, 10);
    await rig.run(10);
    expect([rig.count('Delivered'), rig.count('DroppedRejected')]).toEqual([10 - counted, counted]);
  });

  test.each(['failure', 'retryable', 'throw'] as const)(
    'a final %s drops the batch as export_failed',
    async (kind) => {
      const rig = new PipelineRig({ maxExportBatchSize: 10 });
      rig.transport.behave = () => ({ kind, delayMillis: 1 });
      rig.record(0, 10);
      await rig.run(10);
      expect(rig.count('DroppedExportFailed')).toBe(10);
      expect(rig.usedBytes).toBe(0);
    },
  );

  test('a transport that never answers loses its slot shortly after the deadline, and not at it', async () => {
    const rig = new PipelineRig({ maxExportBatchSize: 1, timeoutMillis: 10_000 });
    rig.transport.behave = () => 'hold';
    rig.record(0, 1);
    await rig.run(0);
    await rig.run(10_000 + OVERDUE_MILLIS - 1);
    expect(rig.count('DroppedExportFailed')).toBe(0);
    await rig.run(1);
    expect(rig.count('DroppedExportFailed')).toBe(1);
    // Its late answer is not counted a second time.
    rig.transport.attempts[0].answer(success);
    await rig.settle();
    expect(rig.settled).toBe(1);
  });

  test('a late answer is not counted on top, even while an older batch holds the release back', async () => {
    const rig = new PipelineRig({ maxExportBatchSize: 2, timeoutMillis: 10_000 });
    rig.transport.behave = () => 'hold';
    rig.record(0, 4);
    await rig.run(5000);
    rig.transport.attempts[0].answer({ status: 'too-large', cause: 'over the limit' });
    await rig.run(7000);
    // The second batch is overdue; the halves of the first, sent later, are not.
    rig.transport.attempts[1].answer(success);
    await rig.settle();
    expect(rig.settled).toBe(0);
    rig.transport.attempts[2].answer(success);
    rig.transport.attempts[3].answer(success);
    await rig.settle();
    expect([rig.count('Delivered'), rig.count('DroppedExportFailed')]).toEqual([2, 2]);
    expect(rig.usedBytes).toBe(0);
  });

  test('a batch gets exporter.timeoutMillis as its deadline', () => {
    const rig = new PipelineRig({ maxExportBatchSize: 1, timeoutMillis: 1234 });
    rig.record(0, 1);
    rig.pump();
    const [attempt] = rig.transport.attempts;
    expect(attempt.deadlineMillis - attempt.atMillis).toBe(1234);
  });
});

describe('too-large', () => {
  test('splits a batch until it fits, and delivers each span once', async () => {
    const rig = new PipelineRig({ maxExportBatchSize: 16, maxConcurrentExports: 2 });
    rig.transport.behave = (payload) => ({
      kind: payload.spanCount > 4 ? 'too-large' : 'accept',
      delayMillis: 1,
    });
    const ids = rig.record(0, 16);
    await rig.run(20);
    expect(rig.transport.sizes).toEqual([16, 8, 8, 4, 4, 4, 4]);
    expect(rig.transport.accepted.toSorted()).toEqual(ids.toSorted());
    expect(rig.count('Delivered')).toBe(16);
  });

  test('drops a single span that is too large by itself, and it alone', async () => {
    const rig = new PipelineRig({ maxExportBatchSize: 5 });
    rig.transport.behave = (payload) => ({
      kind: payload.body.length > 2000 ? 'too-large' : 'accept',
      delayMillis: 1,
    });
    rig.record(0, 2);
    rig.record(0, 1, 2500);
    rig.record(0, 2);
    await rig.run(20);
    expect([rig.count('Delivered'), rig.count('DroppedExportFailed')]).toEqual([4, 1]);
    expect(rig.usedBytes).toBe(0);
  });

  test('halves go out before the drain reads on', async () => {
    const rig = new PipelineRig({ maxExportBatchSize: 4, maxConcurrentExports: 1 });
    rig.transport.behave = (payload) => ({
      kind: payload.spanCount > 2 ? 'too-large' : 'accept',
      delayMillis: 1,
    });
    rig.record(0, 40);
    await rig.run(2);
    expect(rig.transport.sizes.slice(0, 3)).toEqual([4, 2, 2]);
    expect(rig.count('SpansRead')).toBe(8);
  });
});

describe('encoding', () => {
  test('a record that the encoder refuses is dropped as encode_failed, and its neighbours are delivered', async () => {
    let adds = 0;
    const rig = new PipelineRig({
      maxExportBatchSize: 5,
      wrapEncoder: (encoder) => beforeAdd(encoder, () => ++adds !== 3),
    });
    rig.record(0, 6);
    await rig.run(20);
    expect([rig.count('Delivered'), rig.count('DroppedEncodeFailed')]).toEqual([5, 1]);
    expect(rig.usedBytes).toBe(0);
  });

  test('refused records alone are released without any export', async () => {
    const rig = new PipelineRig({ wrapEncoder: (encoder) => beforeAdd(encoder, () => false) });
    rig.record(0, 6);
    rig.pump();
    expect(rig.count('DroppedEncodeFailed')).toBe(6);
    expect(rig.usedBytes).toBe(0);
    expect(rig.transport.sizes).toEqual([]);
  });

  test('an encoder that throws costs one span, not the batch', async () => {
    let adds = 0;
    const rig = new PipelineRig({
      maxExportBatchSize: 5,
      wrapEncoder: (encoder) =>
        beforeAdd(encoder, () => {
          if (++adds === 3) throw new Error('encoder defect');
          return true;
        }),
    });
    const ids = rig.record(0, 6);
    await rig.run(6000);
    expect(rig.transport.accepted).toEqual(ids.filter((_, index) => index !== 2));
    expect(rig.count('DroppedEncodeFailed')).toBe(1);
    expect(rig.count('Errors')).toBe(1);
  });

  test('a span on which finish always fails is found by halving, and it alone is dropped', async () => {
    const rig = new PipelineRig({
      maxExportBatchSize: 8,
      wrapEncoder: (encoder) => ({
        ...beforeAdd(encoder, () => true),
        get count() {
          return encoder.count;
        },
        get bytes() {
          return encoder.bytes;
        },
        finish: () => {
          const body = encoder.finish();
          if (Buffer.from(body).includes('nnnnnnnnnnnnnnnnnnnn')) throw new Error('finish defect');
          return body;
        },
      }),
    });
    rig.record(0, 4);
    rig.record(0, 1, 20);
    rig.record(0, 3);
    await rig.run(20);
    expect([rig.count('Delivered'), rig.count('DroppedEncodeFailed')]).toEqual([7, 1]);
    expect(rig.usedBytes).toBe(0);
  });
});

test('a ring with a broken record is given up to its tail, and read on from there', async () => {
  const rig = new PipelineRig({ maxExportBatchSize: 1 });
  rig.record(0, 3);
  new Int32Array(rig.producers[0].channel.ring, RING_DATA_OFFSET)[0] = 12;
  await rig.run(10);
  expect(rig.count('Errors')).toBe(1);
  expect(rig.usedBytes).toBe(0);
  const ids = rig.record(0, 2);
  await rig.run(100);
  expect(rig.transport.accepted).toEqual(ids);
});

describe('bodies', () => {
  /** The memory of the bodies of three batches, each settled before the next one is made. */
  async function memoryOf(answer: ExportResult): Promise<unknown[]> {
    const rig = new PipelineRig({ maxExportBatchSize: 2 });
    rig.transport.behave = () => 'hold';
    const buffers: unknown[] = [];
    for (let index = 0; index < 3; index++) {
      rig.record(0, 2);
      rig.pump();
      const attempt = rig.transport.attempts[index];
      buffers.push(attempt.body.buffer);
      attempt.answer(answer);
      await rig.settle();
    }
    return buffers;
  }

  test('of delivered batches are memory for the next ones', async () => {
    expect(new Set(await memoryOf(success)).size).toBe(1);
  });

  test('that the transport may still be reading are not', async () => {
    expect(new Set(await memoryOf({ status: 'failure', cause: 'refused' })).size).toBe(3);
  });

  test('of batches in flight are not shared', () => {
    const rig = new PipelineRig({ maxExportBatchSize: 2 });
    rig.transport.behave = () => 'hold';
    for (let index = 0; index < 3; index++) {
      rig.record(0, 2);
      rig.pump();
    }
    expect(new Set(rig.transport.attempts.map(({ body }) => body.buffer)).size).toBe(3);
  });
});
