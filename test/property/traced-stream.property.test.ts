// Random programs of chunks, errors and early ends: with a span around the stream, both of its sides see exactly what they see
// without one. Consumers let everything come to rest between their steps, so that what is seen does not depend on turns.

import { Readable, Transform, Writable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { tracedStream } from '../../src/main/streams/traced-stream.js';
import { createTestTelemetry } from '../../src/main/testing/test-telemetry.js';

const telemetry = createTestTelemetry();
beforeAll(() => void telemetry.register());
afterAll(() => telemetry.shutdown());

const RUNS = 150;
const bytes = fc.uint8Array({ minLength: 1, maxLength: 40 }).map((data) => Buffer.from(data));
const thrown = fc.constantFrom<unknown>(new Error('one'), new TypeError('two'), 'text', 7);
const text = (value: unknown) => (value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value);

interface Seen {
  readonly producer: unknown[];
  readonly consumer: unknown[];
}
type Wrap = <S extends object>(stream: S) => S;

/** Both runs saw the same; gives the one span. */
async function compare(program: (wrap: Wrap, seen: Seen) => Promise<void>) {
  const run = async (wrap: Wrap): Promise<Seen> => {
    const seen: Seen = { producer: [], consumer: [] };
    await program(wrap, seen);
    await turn();
    return seen;
  };
  const plain = await run((stream) => stream);
  telemetry.reset();
  const traced = await run((stream) => tracedStream(stream as never) as never);
  expect(traced).toEqual(plain);
  expect(telemetry.openSpans).toEqual([]);
  expect(telemetry.spans).toHaveLength(1);
  const { attributes } = telemetry.spans[0] as (typeof telemetry.spans)[number];
  return {
    end: attributes['offloop.stream.end'],
    items: attributes['offloop.stream.items'],
    bytes: attributes['offloop.stream.bytes'] ?? 0,
    written: attributes['offloop.stream.written_items'],
    seen: traced,
  };
}

const iteratorPrograms = fc.record({
  chunks: fc.array(fc.oneof(bytes, fc.string(), fc.integer(), fc.constant(undefined)), { maxLength: 6 }),
  ending: fc.option(thrown, { nil: undefined }),
  fails: fc.boolean(),
  finallyYields: fc.boolean(),
  steps: fc.array(fc.constantFrom('next', 'next', 'next', 'next', 'send', 'return', 'throw', 'next twice'), {
    maxLength: 10,
  }),
});

test('async generators', async () => {
  await fc.assert(
    fc.asyncProperty(iteratorPrograms, async ({ chunks, ending, fails, finallyYields, steps }) => {
      let count = 0;
      const { items } = await compare(async (wrap, { producer, consumer }) => {
        count = 0;
        async function* produce(): AsyncGenerator<unknown, unknown, unknown> {
          try {
            for (const chunk of chunks) {
              producer.push('pull');
              producer.push(yield chunk);
            }
            if (fails) throw ending;
            return 'done';
          } finally {
            producer.push('finally');
            if (finallyYields) yield 'last';
          }
        }
        const stream = wrap(produce());
        const step = async (call: () => Promise<IteratorResult<unknown>>) => {
          try {
            const { done, value } = await call();
            if (!done) count++;
            consumer.push(done, value);
          } catch (error) {
            consumer.push('error', error);
          }
          await turn();
        };
        for (const name of steps) {
          if (name === 'next') await step(() => stream.next());
          else if (name === 'send') await step(() => stream.next('sent'));
          else if (name === 'return') await step(() => stream.return('early'));
          else if (name === 'throw') await step(() => stream.throw(ending));
          else await Promise.all([step(() => stream.next()), step(() => stream.next())]);
        }
        // To its end, whatever was done before; what comes after the end is not counted.
        for (let i = 0; i < chunks.length + 3; i++) await step(() => stream.next());
      });
      expect(items).toBe(count);
    }),
    { numRuns: RUNS },
  );
});

test('generators', async () => {
  await fc.assert(
    fc.asyncProperty(iteratorPrograms, async ({ chunks, ending, fails, finallyYields, steps }) => {
      let count = 0;
      const { items } = await compare(async (wrap, { producer, consumer }) => {
        count = 0;
        function* produce(): Generator<unknown, unknown, unknown> {
          try {
            for (const chunk of chunks) producer.push(yield chunk);
            if (fails) throw ending;
            return 'done';
          } finally {
            producer.push('finally');
            if (finallyYields) yield 'last';
          }
        }
        const stream = wrap(produce());
        const step = (call: () => IteratorResult<unknown>) => {
          try {
            const { done, value } = call();
            if (!done) count++;
            consumer.push(done, value);
          } catch (error) {
            consumer.push('error', error);
          }
        };
        for (const name of steps) {
          if (name === 'send') step(() => stream.next('sent'));
          else if (name === 'return') step(() => stream.return('early'));
          else if (name === 'throw') step(() => stream.throw(ending));
          else step(() => stream.next());
        }
        for (let i = 0; i < chunks.length + 3; i++) step(() => stream.next());
      });
      expect(items).toBe(count);
    }),
    { numRuns: RUNS },
  );
});

test('Readable: every read, push and what is buffered, flowing, paused, iterated and destroyed', async () => {
  const programs = fc.record({
    chunks: fc.array(fc.tuple(bytes, fc.boolean()), { maxLength: 8 }),
    highWaterMark: fc.integer({ min: 1, max: 64 }),
    objectMode: fc.boolean(),
    error: fc.boolean(),
    how: fc.constantFrom('flowing', 'paused', 'iterated', 'left'),
    take: fc.integer({ min: 0, max: 8 }),
  });
  await fc.assert(
    fc.asyncProperty(programs, async ({ chunks, highWaterMark, objectMode, error, how, take }) => {
      let count = 0;
      const { items } = await compare(async (wrap, { producer, consumer }) => {
        count = 0;
        let at = 0;
        const stream = new Readable({
          highWaterMark,
          objectMode,
          read(size) {
            producer.push('read', size);
            const next = chunks[at++];
            const give = () => {
              if (next === undefined && error) this.destroy(new Error('failed'));
              else producer.push(this.push(next?.[0] ?? null), this.readableLength);
            };
            if (next?.[1]) setImmediate(give);
            else give();
          },
        });
        const closed = new Promise<void>((resolve) => stream.once('close', resolve));
        stream.on('error', ({ message }) => consumer.push('error', message));
        for (const event of ['end', 'close'] as const) stream.on(event, () => consumer.push(event));
        wrap(stream);
        const took = (chunk: unknown) => {
          count++;
          consumer.push(text(chunk), stream.readableLength);
        };
        if (how === 'flowing') {
          stream.on('data', (chunk) => {
            took(chunk);
            if (count === take) stream.destroy();
          });
        } else if (how === 'paused') {
          stream.on('readable', () => {
            for (let chunk = stream.read(); chunk !== null; chunk = stream.read()) took(chunk);
          });
        } else {
          try {
            for await (const chunk of stream) {
              took(chunk);
              if (how === 'left' && count === take) break;
            }
          } catch (caught) {
            consumer.push('thrown', (caught as Error).message);
          }
        }
        await closed;
      });
      expect(items).toBe(count);
    }),
    { numRuns: RUNS },
  );
});

const writes = fc.record({
  chunks: fc.array(fc.tuple(fc.oneof(bytes, fc.string({ minLength: 1 })), fc.boolean()), { maxLength: 8 }),
  highWaterMark: fc.integer({ min: 1, max: 64 }),
  corked: fc.boolean(),
  vectored: fc.boolean(),
  failAt: fc.integer({ min: 0, max: 12 }),
  destroyAt: fc.integer({ min: 0, max: 12 }),
});

test('Writable and Transform: answers of write, what is buffered, drains and callbacks', async () => {
  await fc.assert(
    fc.asyncProperty(writes, fc.boolean(), async (program, isTransform) => {
      const { chunks, highWaterMark, corked, vectored, failAt, destroyAt } = program;
      let sunk = 0;
      const { items, written } = await compare(async (wrap, { producer, consumer }) => {
        sunk = 0;
        const take = (chunk: unknown, done: (error?: Error | null) => void) => {
          sunk++;
          consumer.push(text(chunk));
          const answer = () => (sunk === failAt ? done(new Error('full')) : done());
          if (chunks[sunk - 1]?.[1]) setImmediate(answer);
          else answer();
        };
        const write = (chunk: unknown, _encoding: unknown, done: (error?: Error | null) => void) =>
          take(chunk, done);
        const writev = (parts: { chunk: unknown }[], done: (error?: Error | null) => void) => {
          sunk += parts.length - 1;
          take(Buffer.concat(parts.map(({ chunk }) => chunk as Buffer)), done);
        };
        const options = vectored ? { writev } : { write };
        const stream = isTransform
          ? new Transform({
              highWaterMark,
              transform: (chunk, encoding, done) => write(chunk, encoding, (error) => done(error, chunk)),
            })
          : new Writable({ highWaterMark, ...options });
        const closed = new Promise<void>((resolve) => stream.once('close', resolve));
        stream.on('error', ({ message }) => producer.push('error', message));
        for (const event of ['drain', 'finish', 'close']) stream.on(event, () => producer.push(event));
        wrap(stream);
        if (isTransform) (stream as Transform).on('data', (chunk) => consumer.push('out', text(chunk)));
        if (corked) stream.cork();
        for (const [index, [chunk]] of chunks.entries()) {
          if (index === destroyAt) stream.destroy();
          const goesOn = stream.write(chunk, (error) => producer.push('written', error?.message));
          producer.push(goesOn, stream.writableNeedDrain, stream.writableLength);
          if (!corked) await turn();
        }
        if (corked) stream.uncork();
        stream.end();
        await closed;
      });
      expect(isTransform ? (written ?? 0) : items).toBe(sunk);
    }),
    { numRuns: RUNS },
  );
});

test('web streams: every pull with its desired size, what is read, closes, errors and cancels', async () => {
  const programs = fc.record({
    chunks: fc.array(fc.tuple(bytes, fc.boolean()), { maxLength: 6 }),
    highWaterMark: fc.integer({ min: 0, max: 3 }),
    error: fc.option(thrown, { nil: undefined }),
    isOfBytes: fc.boolean(),
    reads: fc.array(fc.constantFrom('read', 'read', 'read', 'into', 'cancel'), { maxLength: 8 }),
  });
  await fc.assert(
    fc.asyncProperty(programs, async ({ chunks, highWaterMark, error, isOfBytes, reads }) => {
      let [count, size] = [0, 0];
      const traced = await compare(async (wrap, { producer, consumer }) => {
        [count, size] = [0, 0];
        let at = 0;
        const source = {
          async pull(controller: ReadableStreamDefaultController | ReadableByteStreamController) {
            producer.push('pull', controller.desiredSize);
            const next = chunks[at++];
            if (next?.[1]) await turn();
            if (next !== undefined) controller.enqueue(Uint8Array.from(next[0]) as never);
            else if (error !== undefined) throw error;
            else {
              controller.close();
              if ('byobRequest' in controller) controller.byobRequest?.respond(0);
            }
          },
          cancel(reason: unknown) {
            producer.push('cancel', reason);
          },
        };
        const stream = wrap(
          isOfBytes
            ? new ReadableStream({ ...source, type: 'bytes' }, { highWaterMark })
            : new ReadableStream(source, { highWaterMark }),
        );
        const step = async (name: string) => {
          const into = name === 'into' && isOfBytes;
          const reader = into ? stream.getReader({ mode: 'byob' }) : stream.getReader();
          try {
            if (name === 'cancel') consumer.push('canceled', await reader.cancel('enough'));
            else {
              const { done, value } = await (into
                ? (reader as ReadableStreamBYOBReader).read(new Uint8Array(7))
                : (reader as ReadableStreamDefaultReader).read());
              consumer.push(done, text(value));
              if (!done) {
                count++;
                size += (value as Uint8Array).byteLength;
              }
            }
          } catch (thrownError) {
            consumer.push('error', thrownError);
          }
          reader.releaseLock();
          for (let i = 0; i < 3; i++) await turn();
        };
        for (let i = 0; i < 3; i++) await turn();
        for (const name of reads) await step(name);
        // To its end: at most so many parts of seven bytes.
        for (let i = 0; i < 50 && !consumer.includes(true) && !consumer.includes('error'); i++)
          await step('read');
      });
      expect([traced.items, traced.bytes]).toEqual([count, size]);
    }),
    { numRuns: RUNS },
  );
});
