import { once } from 'node:events';
import { Duplex, PassThrough, Readable, Transform, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate as turn } from 'node:timers/promises';
import { context, trace } from '@opentelemetry/api';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { tracedStream } from '../../../../src/main/streams/traced-stream.js';
import { createTestTelemetry } from '../../../../src/main/testing/test-telemetry.js';

const telemetry = createTestTelemetry();
beforeAll(() => void telemetry.register());
afterAll(() => telemetry.shutdown());
afterEach(() => void telemetry.reset());

const tracer = () => trace.getTracer('test');
const activeName = () => (trace.getSpan(context.active()) as { name?: string } | undefined)?.name;

function attributes(): Record<string, unknown> {
  expect(telemetry.openSpans).toEqual([]);
  expect(telemetry.spans).toHaveLength(1);
  const { 'offloop.stream.first_item_millis': _, ...rest } = telemetry.spans[0]?.attributes ?? {};
  return Object.fromEntries(
    Object.entries(rest).map(([key, value]) => [key.replace('offloop.stream.', ''), value]),
  );
}

const EVENTS = ['data', 'error', 'end', 'close', 'readable', 'finish', 'drain'];
const HOOKED = ['emit', '_read', '_write', '_writev', '_final', '_flush', '_destroy'];
const ownHooks = (stream: object) => HOOKED.filter((name) => Object.hasOwn(stream, name));

describe('a Readable', () => {
  test('is the same object, not made to flow, with no listener added and nothing left at its end', async () => {
    const stream = new Readable({ read() {} });
    const before = Object.keys(stream);
    const hooks = ownHooks(stream);
    expect(tracedStream(stream)).toBe(stream);
    expect(stream.readableFlowing).toBe(null);
    expect(EVENTS.map((event) => stream.listenerCount(event))).toEqual(EVENTS.map(() => 0));
    expect(Object.keys(stream)).toEqual(before);
    stream.push('four');
    stream.push(null);
    stream.resume();
    await once(stream, 'close');
    expect(ownHooks(stream)).toEqual(hooks);
    expect(attributes()).toEqual({ kind: 'readable', end: 'completed', items: 1, bytes: 4 });
  });

  test.each([
    [
      'flowing',
      async (stream: Readable) =>
        once(
          stream.on('data', () => {}),
          'end',
        ),
    ],
    [
      'paused',
      async (stream: Readable) => {
        stream.on('readable', () => {
          while (stream.read() !== null);
        });
        await once(stream, 'end');
      },
    ],
    [
      'iterated',
      async (stream: Readable) => {
        for await (const _ of stream);
      },
    ],
    [
      'piped',
      async (stream: Readable) =>
        pipeline(stream, new Writable({ objectMode: true, write: (_c, _e, done) => done() })),
    ],
  ])('counts what is consumed: %s', async (_how, consume) => {
    const stream = tracedStream(Readable.from(['ab', 'c', 'é'], { objectMode: true }));
    await consume(stream);
    expect(attributes()).toEqual({ kind: 'readable', end: 'completed', items: 3, bytes: 5 });
    expect(telemetry.spans[0]?.attributes['offloop.stream.first_item_millis']).toBeGreaterThanOrEqual(0);
  });

  test('counts decoded text as the bytes that it was', async () => {
    const stream = tracedStream(Readable.from([Buffer.from('abcdef')], { objectMode: false }));
    stream.setEncoding('hex');
    for await (const _ of stream);
    expect(attributes()).toMatchObject({ bytes: 6 });
  });

  test('objects have no bytes', async () => {
    for await (const _ of tracedStream(Readable.from([{ a: 1 }, 2])));
    expect(attributes()).toEqual({ kind: 'readable', end: 'completed', items: 2 });
  });

  test('the span has ended when `end` is told', async () => {
    const stream = tracedStream(Readable.from(['a']));
    let open = -1;
    stream.once('end', () => {
      open = telemetry.openSpans.length;
    });
    stream.resume();
    await once(stream, 'close');
    expect(open).toBe(0);
  });

  test('an error reaches the consumer as it is, and the span', async () => {
    const error = new Error('disk gone');
    const stream = tracedStream(
      new Readable({
        read() {
          this.destroy(error);
        },
      }),
    );
    stream.resume();
    expect(await once(stream, 'error')).toEqual([error]);
    expect(attributes()).toEqual({ kind: 'readable', end: 'error', items: 0 });
    expect(telemetry.spans[0]).toMatchObject({
      status: { code: 2, message: 'disk gone' },
      events: [{ name: 'exception' }],
    });
    expect(ownHooks(stream)).not.toContain('emit');
  });

  test('an error without a listener is thrown, as without a span', () => {
    const stream = tracedStream(new Readable({ read() {} }));
    const error = new Error('nobody listens');
    expect(() => stream.emit('error', error)).toThrow(error);
    expect(attributes()).toMatchObject({ end: 'error' });
  });

  test.each([true, false])('destroyed before its end it is marked (emitClose %s)', async (emitClose) => {
    const stream = tracedStream(new Readable({ read() {}, emitClose }));
    stream.push('a');
    stream.read();
    stream.destroy();
    await turn();
    expect(attributes()).toEqual({ kind: 'readable', end: 'destroyed', items: 1, bytes: 1 });
  });

  test('aborted by a signal it has an error', async () => {
    const controller = new AbortController();
    const stream = tracedStream(new Readable({ read() {}, signal: controller.signal }));
    controller.abort();
    await expect(once(stream, 'close')).rejects.toThrow('aborted');
    expect(attributes()).toMatchObject({ end: 'error' });
  });

  test('left early by `for await` it is destroyed and marked', async () => {
    const stream = tracedStream(Readable.from(['a', 'b']));
    for await (const _ of stream) break;
    await turn();
    expect(attributes()).toMatchObject({ end: 'destroyed', items: 1 });
  });

  test.each([
    ['completed', (stream: Readable) => once(stream.resume(), 'close')],
    ['destroyed', (stream: Readable) => once(stream.destroy(), 'close')],
    [
      'error',
      (stream: Readable) =>
        new Promise((resolve) => {
          stream.on('error', () => {}).once('close', resolve);
          stream.destroy(new Error('e'));
        }),
    ],
  ])('one that is over already has a short span: %s', async (end, finish) => {
    const stream = Readable.from(['a']);
    await finish(stream);
    tracedStream(stream);
    expect(attributes()).toEqual({ kind: 'readable', end, items: 0 });
    expect(Object.hasOwn(stream, 'emit')).toBe(false);
  });

  test('a sealed one is refused', () => {
    expect(() => tracedStream(Object.seal(new PassThrough()))).toThrow(/sealed/);
    expect(telemetry.openSpans).toEqual([]);
  });

  test('traced twice it has two spans, one within the other only if so asked', async () => {
    const stream = tracedStream(tracedStream(Readable.from(['a']), { name: 'first' }), { name: 'second' });
    for await (const _ of stream);
    expect(telemetry.tree({ attributes: ['offloop.stream.items'] })).toEqual(
      ['first', 'second'].map((name) => ({ name, attributes: { 'offloop.stream.items': 1 }, children: [] })),
    );
  });
});

describe('the context', () => {
  test('of the span is active in `_read`, and never in listeners, loops and callbacks', async () => {
    const [inside, outside]: (string | undefined)[][] = [[], []];
    let left = 4;
    const stream = new Readable({
      highWaterMark: 1,
      read() {
        inside.push(activeName());
        if (left-- === 0) this.push(null);
        else if (left % 2) this.push('sync');
        else setImmediate(() => this.push('async'));
      },
      destroy(error, done) {
        inside.push(activeName());
        setImmediate(() => done(error));
      },
    });
    await tracer().startActiveSpan('request', async (request) => {
      tracedStream(stream);
      for (const event of EVENTS) stream.on(event, () => outside.push(activeName()));
      for await (const _ of stream) outside.push(activeName());
      await turn();
      request.end();
    });
    expect(inside.length).toBeGreaterThanOrEqual(5);
    // `_destroy` comes after the end, when there is no span any more.
    expect(new Set(inside.slice(0, 5))).toEqual(new Set(['stream readable']));
    expect(outside.length).toBeGreaterThan(8);
    expect(new Set(outside)).toEqual(new Set(['request']));
  });

  test('of the span is active in `_write` and `_final`; callbacks of writes have that of the writer', async () => {
    const [inside, outside]: (string | undefined)[][] = [[], []];
    const stream = tracedStream(
      new Writable({
        highWaterMark: 1,
        write(_chunk, _encoding, done) {
          inside.push(activeName());
          tracer().startSpan('stored').end();
          setImmediate(done);
        },
        final(done) {
          inside.push(activeName());
          setImmediate(done);
        },
      }),
    );
    await tracer().startActiveSpan('request', async (request) => {
      for (const event of EVENTS) stream.on(event, () => outside.push(activeName()));
      for (let i = 0; i < 3; i++) {
        await new Promise<void>((resolve) => {
          stream.write('chunk', () => {
            outside.push(activeName());
            resolve();
          });
        });
      }
      stream.end(() => outside.push(activeName()));
      await once(stream, 'close');
      request.end();
    });
    expect(inside).toEqual(Array(4).fill('stream writable'));
    expect(outside.length).toBeGreaterThan(5);
    expect(new Set(outside)).toEqual(new Set(['request']));
    expect(telemetry.tree({ attributes: ['offloop.stream.bytes'] })).toEqual([
      {
        name: 'stream writable',
        attributes: { 'offloop.stream.bytes': 15 },
        children: Array(3).fill({ name: 'stored', attributes: {}, children: [] }),
      },
      { name: 'request', attributes: {}, children: [] },
    ]);
  });
});

describe('a stream that is written to', () => {
  test('counts what its sink got: single, corked and encoded chunks, each once', async () => {
    const sunk: unknown[] = [];
    const stream = tracedStream(
      new Writable({
        writev(chunks, done) {
          sunk.push(...chunks.map(({ chunk }) => chunk));
          done();
        },
      }),
    );
    stream.write('one');
    stream.cork();
    stream.write('74776f', 'hex');
    stream.write('three');
    stream.uncork();
    stream.end();
    await once(stream, 'close');
    expect(sunk.map(String)).toEqual(['one', 'two', 'three']);
    expect(attributes()).toEqual({ kind: 'writable', end: 'completed', items: 3, bytes: 11 });
  });

  test('a Transform counts both sides, and flushes once', async () => {
    let flushes = 0;
    const stream = tracedStream(
      new Transform({
        readableObjectMode: true,
        transform(chunk, _encoding, done) {
          this.push(chunk);
          done(null, chunk);
        },
        flush(done) {
          flushes++;
          done(null, activeName());
        },
      }),
    );
    const out: unknown[] = [];
    await pipeline(
      Readable.from(['ab', 'c'], { objectMode: false }),
      stream,
      async (chunks: AsyncIterable<unknown>) => {
        for await (const chunk of chunks) out.push(String(chunk));
      },
    );
    expect(out).toEqual(['ab', 'ab', 'c', 'c', 'stream transform']);
    expect(flushes).toBe(1);
    expect(attributes()).toEqual({
      kind: 'transform',
      end: 'completed',
      items: 5,
      bytes: 22,
      written_items: 2,
      written_bytes: 3,
    });
  });

  test('a Duplex is over when both sides are, and marked if one never was', async () => {
    const make = () => new Duplex({ read() {}, write: (_c, _e, done) => done(), final: (done) => done() });
    const whole = tracedStream(make());
    whole.push(null);
    whole.resume();
    await once(whole, 'end');
    expect(telemetry.openSpans).toHaveLength(1);
    whole.end('x');
    await once(whole, 'finish');
    expect(attributes()).toMatchObject({ kind: 'duplex', end: 'completed', items: 0, written_items: 1 });
    telemetry.reset();
    const half = tracedStream(make());
    half.end();
    await once(half, 'finish');
    half.destroy();
    await once(half, 'close');
    expect(attributes()).toMatchObject({ kind: 'duplex', end: 'destroyed' });
  });

  test('an error of the sink', async () => {
    const error = new Error('full');
    const stream = tracedStream(new Writable({ write: (_c, _e, done) => done(error) }));
    stream.on('error', () => {});
    const told = await new Promise((resolve) => stream.write('x', resolve));
    expect(told).toBe(error);
    await turn();
    expect(attributes()).toMatchObject({ kind: 'writable', end: 'error', items: 1 });
  });
});
