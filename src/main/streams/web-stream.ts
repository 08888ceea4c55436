// HOT. A ReadableStream in front of another one: holds nothing, and reads only when it is read from, so that the source
// sees the same pulls; a stream of bytes stays one, and reads into the consumer's buffers. Thread: producer.
// Caller: traced-stream.ts.

import { context } from '@opentelemetry/api';
import { unusableStreamError } from './stream-options.js';
import type { OpenedStream, StreamSpan } from './stream-span.js';

type Reader = ReadableStreamDefaultReader<unknown> | ReadableStreamBYOBReader;
type Controller = ReadableStreamDefaultController<unknown> | ReadableByteStreamController;

export function isWebReadable(value: object): value is ReadableStream<unknown> {
  const { getReader, tee } = value as Partial<ReadableStream<unknown>>;
  return typeof getReader === 'function' && typeof tee === 'function';
}

/** Also what has the two sides without being a TransformStream: CompressionStream, TextDecoderStream. */
export function isWebTransform(value: object): value is TransformStream<unknown, unknown> {
  const { readable, writable } = value as { readable?: unknown; writable?: { getWriter?: unknown } };
  if (typeof readable !== 'object' || readable === null || !isWebReadable(readable)) return false;
  return typeof writable?.getWriter === 'function';
}

export function checkUnlocked(stream: ReadableStream<unknown>): void {
  if (!stream.locked) return;
  throw unusableStreamError('a locked ReadableStream', 'Trace it before a reader or a pipe has it.');
}

export function traceWebReadable(
  stream: ReadableStream<unknown>,
  opened: OpenedStream,
): ReadableStream<unknown> {
  const isOfBytes = hasBytes(stream);
  const source = new TracedSource(stream, opened);
  const start = (controller: Controller) => source.start(controller);
  const cancel = (reason: unknown) => source.cancel(reason);
  const strategy = { highWaterMark: 0 };
  const traced = isOfBytes
    ? new ReadableStream({ type: 'bytes', start, cancel, pull: (bytes) => source.pullBytes(bytes) }, strategy)
    : new ReadableStream<unknown>({ start, cancel, pull: (items) => source.pull(items) }, strategy);
  opened.life.watch(traced);
  return traced;
}

/** The same object: its readable side is another one from now on. */
export function traceWebTransform(stream: TransformStream<unknown, unknown>, opened: OpenedStream): void {
  const readable = traceWebReadable(stream.readable, opened);
  Object.defineProperty(stream, 'readable', { configurable: true, enumerable: true, value: readable });
}

/** Only a stream of bytes gives a reader for buffers of the consumer. */
function hasBytes(stream: ReadableStream<unknown>): boolean {
  try {
    stream.getReader({ mode: 'byob' }).releaseLock();
    return true;
  } catch {
    return false;
  }
}

class TracedSource {
  readonly #stream: ReadableStream<unknown>;
  readonly #life: StreamSpan;
  readonly #context: OpenedStream['context'];
  #reader: Reader;
  #readsInto = false;
  #isOver = false;
  #isReading = false;
  /** What the source came to: waits until no chunk is on the way. */
  #outcome: (() => void) | undefined;

  constructor(stream: ReadableStream<unknown>, opened: OpenedStream) {
    this.#stream = stream;
    this.#life = opened.life;
    this.#context = opened.context;
    this.#reader = stream.getReader();
  }

  start(controller: Controller): void {
    this.#watchReader(controller);
  }

  /** A rejected read rejects this, which gives the stream the very same error. */
  async pull(controller: Controller): Promise<void> {
    const reader = this.#readerFor(false, controller) as ReadableStreamDefaultReader<unknown>;
    const { done, value } = await this.#read(() => reader.read());
    if (done) return this.#close(controller);
    this.#life.item(value);
    (controller as ReadableStreamDefaultController<unknown>).enqueue(value);
    this.#settle();
  }

  async pullBytes(controller: ReadableByteStreamController): Promise<void> {
    const request = controller.byobRequest;
    const view = request?.view as Uint8Array<ArrayBuffer> | null | undefined;
    if (!request || !view) return this.pull(controller);
    const reader = this.#readerFor(true, controller) as ReadableStreamBYOBReader;
    const into = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    const { done, value } = await this.#read(() => reader.read(into));
    if (done) this.#close(controller);
    else this.#life.item(value);
    // Also at the end: it gives the consumer its buffer back. Undefined: the source was cancelled.
    if (value !== undefined) request.respondWithNewView(value);
    this.#settle();
  }

  async cancel(reason: unknown): Promise<void> {
    this.#isOver = true;
    this.#life.finish('canceled');
    await context.with(this.#context, () => this.#reader.cancel(reason));
  }

  /** Pulls never overlap: no read is pending when the reader is changed. */
  #readerFor(readsInto: boolean, controller: Controller): Reader {
    if (readsInto === this.#readsInto) return this.#reader;
    this.#readsInto = readsInto;
    this.#reader.releaseLock();
    this.#reader = readsInto ? this.#stream.getReader({ mode: 'byob' }) : this.#stream.getReader();
    this.#watchReader(controller);
    return this.#reader;
  }

  async #read<R>(read: () => Promise<R>): Promise<R> {
    this.#isReading = true;
    try {
      return await context.with(this.#context, read);
    } catch (error) {
      this.#isOver = true;
      this.#life.fail(error);
      throw error;
    }
  }

  /** An end or an error reaches the consumer without a read too. */
  #watchReader(controller: Controller): void {
    const reader = this.#reader;
    const settle = (outcome: () => void) => {
      this.#outcome = outcome;
      if (!this.#isReading) outcome();
    };
    reader.closed.then(
      () => settle(() => this.#close(controller)),
      (error: unknown) => {
        // One that was given back for the other kind rejects too.
        if (reader === this.#reader) settle(() => this.#fail(controller, error));
      },
    );
  }

  /** A source that is closed while its last chunk is on the way says so before the chunk arrives. */
  #settle(): void {
    this.#isReading = false;
    this.#outcome?.();
  }

  #close(controller: Controller): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#life.finish('completed');
    controller.close();
  }

  #fail(controller: Controller, error: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#life.fail(error);
    controller.error(error);
  }
}
