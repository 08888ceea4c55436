// tracedStream: which kind of stream it is, and what to put around it. Thread: producer. Callers: users, through `offloop`.

import { isEnabled } from '../levels/levels.js';
import { type NodeStream, nodeStreamKind, traceNodeStream } from './node-stream-hooks.js';
import {
  checkStreamOptions,
  noStreamError,
  type StreamPlan,
  type TracedStreamOptions,
  unusableStreamError,
} from './stream-options.js';
import { openStreamSpan, type StreamKind } from './stream-span.js';
import { type AsyncIteratorSource, traceAsyncIterator } from './traced-async-iterator.js';
import { type IteratorSource, traceIterator } from './traced-iterator.js';
import {
  checkUnlocked,
  isWebReadable,
  isWebTransform,
  traceWebReadable,
  traceWebTransform,
} from './web-stream.js';

/** Node streams of any package (Readable, Writable, Duplex, Transform), by what they have. */
export interface NodeStreamLike {
  readonly on: unknown;
  readonly emit: unknown;
  readonly destroy: unknown;
}

/** ReadableStream, whichever library declares it. */
export interface WebReadableLike {
  readonly getReader: unknown;
  readonly tee: unknown;
}

/** TransformStream and its like (CompressionStream, TextDecoderStream). */
export interface WebTransformLike {
  readonly readable: WebReadableLike;
  readonly writable: { readonly getWriter: unknown };
}

/**
 * One span for the life of a stream: chunks and bytes counted, time to the first chunk, and how it ended. Give the result on
 * in the stream's place; what comes out of it, its errors, its back-pressure and its type are those of the stream.
 *
 * - A Node stream is the same object, with hooks while its span is open. The span starts now. Of a Duplex or Transform
 *   what comes out is counted, and apart from it what is written; it has to end on both sides.
 * - A web ReadableStream is locked, and another one read in its place; a TransformStream is the same object, with another
 *   readable side. The span starts now.
 * - Of an iterator or generator, a wrapper is returned; the span starts now. Of an iterable that is none itself, each
 *   iteration has a span of its own, which starts with it.
 *
 * The span is active in what produces the chunks (`next()`, `_read`, `_write`, `_transform`, `pull`), not in the consumer; a web
 * TransformStream's own functions run in the context of who writes. Attributes: `offloop.stream.kind`, `.items`, `.bytes` (absent
 * if no chunk is text or bytes), `.written_items` and `.written_bytes` (Duplex and Transform), `.first_item_millis` and `.end`: `completed`,
 * `error` (with exception event and status), `returned`, `destroyed`, `canceled`, or `abandoned` (with
 * `offloop.abandoned`), if the stream became garbage unfinished: its span ends then. Where telemetry is off, suppressed or below the level, a stream is handed back as it is.
 *
 * Throws an OptionError for what is no stream, a stream that cannot be traced (locked, sealed), and wrong options.
 */
export function tracedStream<S extends NodeStreamLike | WebReadableLike | WebTransformLike>(
  stream: S,
  options?: TracedStreamOptions,
): S;
export function tracedStream<T, R, N>(
  generator: AsyncGenerator<T, R, N>,
  options?: TracedStreamOptions,
): AsyncGenerator<T, R, N>;
export function tracedStream<T, R, N>(
  generator: Generator<T, R, N>,
  options?: TracedStreamOptions,
): Generator<T, R, N>;
export function tracedStream<T, R, N>(
  iterator: AsyncIterableIterator<T, R, N>,
  options?: TracedStreamOptions,
): AsyncIterableIterator<T, R, N>;
export function tracedStream<T, R, N>(
  iterator: IteratorObject<T, R, N>,
  options?: TracedStreamOptions,
): IteratorObject<T, R, N>;
export function tracedStream<T, R, N>(
  iterator: IterableIterator<T, R, N>,
  options?: TracedStreamOptions,
): IterableIterator<T, R, N>;
export function tracedStream<T, R, N>(
  iterable: AsyncIterable<T, R, N>,
  options?: TracedStreamOptions,
): AsyncIterable<T, R, N>;
export function tracedStream<T, R, N>(
  iterable: Iterable<T, R, N>,
  options?: TracedStreamOptions,
): Iterable<T, R, N>;
export function tracedStream<T, R, N>(
  iterator: AsyncIterator<T, R, N>,
  options?: TracedStreamOptions,
): AsyncIterator<T, R, N>;
export function tracedStream(stream: unknown, options?: TracedStreamOptions): unknown {
  const plan = checkStreamOptions(options);
  if (typeof stream !== 'object' || stream === null || ArrayBuffer.isView(stream))
    throw noStreamError(stream);
  const kind = nodeStreamKind(stream);
  if (kind !== undefined) return traceNode(stream, kind, plan);
  if (isWebReadable(stream)) {
    checkUnlocked(stream);
    const opened = open(plan, 'web_readable');
    return opened === undefined ? stream : traceWebReadable(stream, opened);
  }
  if (isWebTransform(stream)) {
    checkUnlocked(stream.readable);
    checkExtensible(stream);
    const opened = open(plan, 'web_transform');
    if (opened !== undefined) traceWebTransform(stream, opened);
    return stream;
  }
  return traceIterableOrIterator(stream as AnyIterable, plan);
}

function traceNode(stream: object, kind: StreamKind, plan: StreamPlan): object {
  checkExtensible(stream);
  const opened = open(plan, kind);
  if (opened !== undefined) traceNodeStream(stream as NodeStream, kind, opened);
  return stream;
}

interface AnyIterable {
  [Symbol.asyncIterator]?: () => AsyncIteratorSource;
  [Symbol.iterator]?: () => IteratorSource;
  next?: unknown;
}

function traceIterableOrIterator(stream: AnyIterable, plan: StreamPlan): object {
  if (typeof stream[Symbol.asyncIterator] === 'function') {
    const iterate = () => (stream as Required<AnyIterable>)[Symbol.asyncIterator]();
    return traceIterable(stream, Symbol.asyncIterator, iterate, (source) => startAsyncIterator(source, plan));
  }
  if (typeof stream[Symbol.iterator] === 'function') {
    const iterate = () => (stream as Required<AnyIterable>)[Symbol.iterator]();
    return traceIterable(stream, Symbol.iterator, iterate, (source) => startIterator(source, plan));
  }
  if (typeof stream.next !== 'function') throw noStreamError(stream);
  return startAsyncIterator(stream as AsyncIteratorSource, plan);
}

/** An iterator gives itself. What has a `next` and does not may be a cursor, whose `next` gives something else. */
function traceIterable<I>(
  stream: AnyIterable,
  symbol: symbol,
  iterate: () => I,
  start: (iterator: I) => object,
): object {
  let first = typeof stream.next === 'function' ? iterate() : undefined;
  if (first === stream) return start(first);
  return {
    [symbol]: () => {
      const iterator = first ?? iterate();
      first = undefined;
      return start(iterator);
    },
  };
}

function startAsyncIterator(source: AsyncIteratorSource, plan: StreamPlan): object {
  const opened = open(plan, 'async_iterator');
  return opened === undefined ? source : traceAsyncIterator(source, opened);
}

function startIterator(source: IteratorSource, plan: StreamPlan): object {
  const opened = open(plan, 'iterator');
  return opened === undefined ? source : traceIterator(source, opened);
}

function open(plan: StreamPlan, kind: StreamKind) {
  return isEnabled(plan.level, plan.target) ? openStreamSpan(plan, kind) : undefined;
}

function checkExtensible(stream: object): void {
  if (Object.isExtensible(stream)) return;
  throw unusableStreamError('a sealed stream', 'Trace it before it is frozen or sealed.');
}
