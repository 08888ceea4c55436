// What tracedStream gives back, as types: compiled, never run.

import type { ReadStream } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex, Readable, Transform, Writable } from 'node:stream';
import type { ReadableStream as NodeWebReadable, TransformStream as NodeWebTransform } from 'node:stream/web';
import type { Gzip } from 'node:zlib';
import { tracedStream } from 'offloop';

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Compiles only if the result has exactly the type `T`. */
function is<T>() {
  return <R>(_result: R, _same: Same<R, T>): void => {};
}

declare const stream: {
  readable: Readable;
  writable: Writable;
  duplex: Duplex;
  transform: Transform;
  socket: Socket;
  request: IncomingMessage;
  file: ReadStream;
  gzip: Gzip;
  web: ReadableStream<Uint8Array>;
  nodeWeb: NodeWebReadable<string>;
  webTransform: TransformStream<string, number>;
  nodeWebTransform: NodeWebTransform<string, number>;
  decoder: TextDecoderStream;
};

is<Readable>()(tracedStream(stream.readable), true);
is<Writable>()(tracedStream(stream.writable), true);
is<Duplex>()(tracedStream(stream.duplex), true);
is<Transform>()(tracedStream(stream.transform), true);
is<Socket>()(tracedStream(stream.socket, { name: 'socket' }), true);
is<IncomingMessage>()(tracedStream(stream.request), true);
is<ReadStream>()(tracedStream(stream.file), true);
is<Gzip>()(tracedStream(stream.gzip), true);
is<ReadableStream<Uint8Array>>()(tracedStream(stream.web), true);
is<NodeWebReadable<string>>()(tracedStream(stream.nodeWeb), true);
is<TransformStream<string, number>>()(tracedStream(stream.webTransform), true);
is<NodeWebTransform<string, number>>()(tracedStream(stream.nodeWebTransform), true);
is<TextDecoderStream>()(tracedStream(stream.decoder), true);

declare const iterable: {
  asyncGenerator: AsyncGenerator<number, string, boolean>;
  generator: Generator<number, string, boolean>;
  asyncIterableIterator: AsyncIterableIterator<number, string, boolean>;
  asyncIterable: AsyncIterable<number>;
  asyncIterator: AsyncIterator<number, string, boolean>;
  array: number[];
  map: Map<string, number>;
};

is<AsyncGenerator<number, string, boolean>>()(tracedStream(iterable.asyncGenerator), true);
is<Generator<number, string, boolean>>()(tracedStream(iterable.generator), true);
is<AsyncIterableIterator<number, string, boolean>>()(tracedStream(iterable.asyncIterableIterator), true);
is<AsyncIterable<number>>()(tracedStream(iterable.asyncIterable), true);
is<AsyncIterator<number, string, boolean>>()(tracedStream(iterable.asyncIterator), true);
export const ofArray: Iterable<number> = tracedStream(iterable.array);
export const ofMap: Iterable<[string, number]> = tracedStream(iterable.map);

// @ts-expect-error A promise of a stream is none.
tracedStream(Promise.resolve(iterable.generator));
// @ts-expect-error The function is to be called first.
tracedStream(async function* () {});
// @ts-expect-error No such option.
tracedStream(iterable.generator, { colour: 'red' });
// @ts-expect-error No such level.
tracedStream(iterable.generator, { level: 'loud' });
// @ts-expect-error What is iterated has the type of the source's items.
export const wrong: Iterable<string> = tracedStream(iterable.array);
