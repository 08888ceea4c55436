import { ReadableStream as NodeReadableStream } from 'node:stream/web';
import { context, trace } from '@opentelemetry/api';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { tracedStream } from '../../../../src/main/streams/traced-stream.js';
import { createTestTelemetry } from '../../../../src/main/testing/test-telemetry.js';

const telemetry = createTestTelemetry();
beforeAll(() => void telemetry.register());
afterAll(() => telemetry.shutdown());
afterEach(() => void telemetry.reset());

const activeName = () => (trace.getSpan(context.active()) as { name?: string } | undefined)?.name;

function streamOf<T>(chunks: T[]): ReadableStream<T> {
  return NodeReadableStream.from(chunks) as unknown as ReadableStream<T>;
}

async function all<T>(stream: ReadableStream<T>): Promise<T[]> {
  const chunks: T[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
}

function attributes(): Record<string, unknown> {
  expect(telemetry.openSpans).toEqual([]);
  expect(telemetry.spans).toHaveLength(1);
  const { 'offloop.stream.first_item_millis': _, ...rest } = telemetry.spans[0]?.attributes ?? {};
  return Object.fromEntries(
    Object.entries(rest).map(([key, value]) => [key.replace('offloop.stream.', ''), value]),
  );
}

describe('a ReadableStream', () => {
  test('is one still, read only as it is consumed, with the span active in its pulls and not outside', async () => {
    const inside: unknown[] = [];
    const source = new ReadableStream<string>(
      {
        pull(controller) {
          inside.push(activeName());
          if (inside.length > 3) controller.close();
          else controller.enqueue('ab');
        },
      },
      { highWaterMark: 0 },
    );
    await trace.getTracer('test').startActiveSpan('request', async (request) => {
      const stream = tracedStream(source);
      expect(stream).toBeInstanceOf(ReadableStream);
      await new Promise((resolve) => setImmediate(resolve));
      expect(inside).toEqual([]);
      for await (const _ of stream) expect(activeName()).toBe('request');
      request.end();
    });
    expect(inside).toEqual(Array(4).fill('stream web readable'));
    expect(telemetry.tree({ attributes: true })).toMatchObject([
      {
        name: 'request',
        children: [
          {
            name: 'stream web readable',
            attributes: {
              'offloop.stream.kind': 'web_readable',
              'offloop.stream.end': 'completed',
              'offloop.stream.items': 3,
              'offloop.stream.bytes': 6,
              'offloop.stream.first_item_millis': expect.any(Number),
            },
            children: [],
          },
        ],
      },
    ]);
  });

  test('of bytes stays one, and fills the buffers of its consumer', async () => {
    const views: number[] = [];
    let left = 3;
    const source = new ReadableStream({
      type: 'bytes',
      pull(controller) {
        const view = controller.byobRequest?.view as Uint8Array | undefined;
        views.push(view?.byteLength ?? -1);
        if (left-- === 0) {
          controller.close();
          controller.byobRequest?.respond(0);
        } else if (view) {
          view[0] = 65 + left;
          controller.byobRequest?.respond(1);
        } else controller.enqueue(new Uint8Array([97, 98]));
      },
    });
    const stream = tracedStream(source);
    const into = stream.getReader({ mode: 'byob' });
    const first = await into.read(new Uint8Array(8));
    expect(first).toEqual({ done: false, value: new Uint8Array([67]) });
    expect(first.value?.buffer.byteLength).toBe(8);
    into.releaseLock();
    const plain = stream.getReader();
    expect(await plain.read()).toEqual({ done: false, value: new Uint8Array([97, 98]) });
    plain.releaseLock();
    const again = stream.getReader({ mode: 'byob' });
    expect(await again.read(new Uint8Array(4))).toEqual({ done: false, value: new Uint8Array([65]) });
    const last = await again.read(new Uint8Array(4));
    expect(last.done).toBe(true);
    expect(last.value?.buffer.byteLength).toBe(4);
    expect(views).toEqual([8, -1, 4, 4]);
    expect(attributes()).toEqual({ kind: 'web_readable', end: 'completed', items: 3, bytes: 4 });
  });

  test('an error reaches a pending read, `closed` and later reads as it is', async () => {
    let fail: (error: unknown) => void = () => {};
    const stream = tracedStream(
      new ReadableStream({
        start(controller) {
          fail = (error) => controller.error(error);
        },
      }),
    );
    const reader = stream.getReader();
    const error = new Error('reset');
    const pending = reader.read();
    fail(error);
    await expect(pending).rejects.toBe(error);
    await expect(reader.closed).rejects.toBe(error);
    await expect(reader.read()).rejects.toBe(error);
    expect(attributes()).toEqual({ kind: 'web_readable', end: 'error', items: 0 });
    expect(telemetry.spans[0]).toMatchObject({ status: { code: 2, message: 'reset' } });
  });

  test.each(['close', 'error'] as const)('%s of the source is known without a read', async (how) => {
    let controller: ReadableStreamDefaultController | undefined;
    const stream = tracedStream(
      new ReadableStream({
        start(given) {
          controller = given;
        },
      }),
    );
    const { closed } = stream.getReader();
    const settled = closed.then(
      () => 'close',
      (error: unknown) => error,
    );
    if (how === 'close') controller?.close();
    else controller?.error('error');
    expect(await settled).toBe(how);
    expect(attributes()).toMatchObject({ end: how === 'close' ? 'completed' : 'error' });
  });

  test('cancel goes to the source with its reason, its failure comes back, and the span is marked', async () => {
    const seen: unknown[] = [];
    const stream = tracedStream(
      new ReadableStream({
        pull: (controller) => controller.enqueue('x'),
        cancel(reason) {
          seen.push(reason, activeName());
          throw new Error('cannot');
        },
      }),
    );
    const reader = stream.getReader();
    await reader.read();
    await expect(reader.cancel('enough')).rejects.toThrow('cannot');
    expect(seen).toEqual(['enough', 'stream web readable']);
    expect(attributes()).toEqual({ kind: 'web_readable', end: 'canceled', items: 1, bytes: 1 });
  });

  test('left early by `for await` it is canceled', async () => {
    for await (const _ of tracedStream(streamOf(['a', 'b']))) break;
    expect(attributes()).toMatchObject({ end: 'canceled', items: 1 });
  });

  test('a locked one is refused', () => {
    const source = new ReadableStream();
    source.getReader();
    expect(() => tracedStream(source)).toThrow(
      expect.objectContaining({ code: 'ERR_OFFLOOP_TRACED_STREAM_STREAM', value: 'a locked ReadableStream' }),
    );
  });
});

describe('a TransformStream', () => {
  test('is the same object; what comes out of it is counted', async () => {
    const transform = new TransformStream<string, string>({
      transform(chunk, controller) {
        controller.enqueue(chunk);
        controller.enqueue(chunk.toUpperCase());
      },
    });
    expect(tracedStream(transform)).toBe(transform);
    expect(transform.readable).toBe(transform.readable);
    const out = await all(streamOf(['a', 'b']).pipeThrough(transform));
    expect(out).toEqual(['a', 'A', 'b', 'B']);
    expect(attributes()).toEqual({ kind: 'web_transform', end: 'completed', items: 4, bytes: 4 });
  });

  test('so is what has its two sides', async () => {
    const text = tracedStream(new TextDecoderStream());
    const out = await all(streamOf([Buffer.from('é')]).pipeThrough(text));
    expect(out).toEqual(['é']);
    expect(attributes()).toEqual({ kind: 'web_transform', end: 'completed', items: 1, bytes: 2 });
  });

  test('aborting its writable side is an error of its span', async () => {
    const transform = tracedStream(new TransformStream());
    await transform.writable.abort(new Error('given up'));
    await expect(transform.readable.getReader().read()).rejects.toThrow('given up');
    expect(attributes()).toMatchObject({ end: 'error' });
  });
});
