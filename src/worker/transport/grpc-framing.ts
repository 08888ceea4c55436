// Puts messages on the wire as they are: framed in place, and compressed before grpc-js sees them. Export worker;
// caller: grpc-transport.ts.
//
// grpc-js has a stack of filters per channel (types public under `experimental`) with one in it: CompressionFilter,
// which copies every message behind five bytes of framing, and compresses with zlib.gzip: asynchronously, on the libuv
// pool (which belongs to the user), at level 6. Our batches are compressed in the worker at level 1 before, and have
// room for the frame in front of them (encode/body-pool.ts). The filter here takes that one's place: half a megabyte
// less to allocate and to copy for each batch, and with it the major collections which that external memory asked for.
// Reaching the stack takes three private names; if a version of grpc-js lacks them, `installFraming` says so,
// and the transport sends unframed and uncompressed messages through the filter that is there: slower, never wrong.
// The package is pinned, and test/fault/grpc-framing.test.ts proves flag, header and content with a real server.

import { gunzipSync } from 'node:zlib';

/** Flag and length in front of each message. Specification: gRPC over HTTP2, Length-Prefixed-Message. */
export const FRAME_BYTES = 5;

/** Says that the message is compressed; never leaves this process. C-core's name for the same. */
export const ENCODING_REQUEST_KEY = 'grpc-internal-encoding-request';

/** The part of grpc-js's Metadata that is used here (only grpc-transport.ts imports the package). */
interface Metadata {
  get(key: string): readonly unknown[];
  set(key: string, value: string): void;
  remove(key: string): void;
}

interface Message {
  readonly message: Buffer;
  readonly flags?: number;
}

interface Filter {
  sendMetadata(metadata: Promise<Metadata>): Promise<Metadata>;
  receiveMetadata(metadata: Metadata): Metadata;
  sendMessage(message: Promise<Message>): Promise<Message>;
  receiveMessage(message: Promise<Buffer>): Promise<Buffer>;
  receiveTrailers<T>(status: T): T;
}

interface FilterStackOwner {
  readonly internalChannel?: { readonly filterStackFactory?: { readonly factories?: unknown[] } };
}

/** True if this channel takes messages as `frame` makes them, compressed or not. */
export function installFraming(channel: unknown, maxResponseBytes: number): boolean {
  const factories = (channel as FilterStackOwner).internalChannel?.filterStackFactory?.factories;
  // One filter (CompressionFilter) is what the reasoning above is about.
  if (!Array.isArray(factories) || factories.length !== 1) return false;
  factories[0] = { createFilter: () => new FramingFilter(maxResponseBytes) };
  return true;
}

/**
 * The message with its frame. In place where `headroomBytes` in front of the body are free, so that the second attempt
 * at a body finds the frame of the first; else a copy.
 */
export function frame(body: Uint8Array, headroomBytes: number, compressed: boolean): Buffer {
  const bytes = FRAME_BYTES + body.length;
  let framed: Buffer;
  if (headroomBytes >= FRAME_BYTES) {
    framed = Buffer.from(body.buffer, body.byteOffset - FRAME_BYTES, bytes);
  } else {
    framed = Buffer.allocUnsafeSlow(bytes);
    framed.set(body, FRAME_BYTES);
  }
  framed[0] = compressed ? 1 : 0;
  framed.writeUInt32BE(body.length, 1);
  return framed;
}

class FramingFilter implements Filter {
  readonly #maxResponseBytes: number;
  #responseEncoding: unknown;

  constructor(maxResponseBytes: number) {
    this.#maxResponseBytes = maxResponseBytes;
  }

  async sendMetadata(metadata: Promise<Metadata>): Promise<Metadata> {
    const headers = await metadata;
    const compressed = headers.get(ENCODING_REQUEST_KEY).length > 0;
    headers.remove(ENCODING_REQUEST_KEY);
    if (compressed) headers.set('grpc-encoding', 'gzip');
    // A compressed response is not worth it: it is a dozen bytes.
    headers.set('grpc-accept-encoding', 'identity');
    headers.set('accept-encoding', 'identity');
    return headers;
  }

  receiveMetadata(metadata: Metadata): Metadata {
    [this.#responseEncoding] = metadata.get('grpc-encoding');
    metadata.remove('grpc-encoding');
    return metadata;
  }

  sendMessage(message: Promise<Message>): Promise<Message> {
    return message;
  }

  /** From a server that compresses though it was told not to, too. What is thrown ends the call with a status. */
  async receiveMessage(message: Promise<Buffer>): Promise<Buffer> {
    const framed = await message;
    const body = framed.subarray(FRAME_BYTES);
    if (framed[0] === 0) return body;
    if (this.#responseEncoding === 'gzip')
      return gunzipSync(body, { maxOutputLength: this.#maxResponseBytes });
    throw new Error(`response in the unsupported encoding ${String(this.#responseEncoding)}`);
  }

  receiveTrailers<T>(status: T): T {
    return status;
  }
}
