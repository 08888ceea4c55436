// Lets grpc-js send messages that were compressed before they reached it. Export worker; caller: grpc-transport.ts.
//
// grpc-js compresses with zlib.gzip: asynchronously, on the libuv pool (which belongs to the user), at level 6. Our
// batches are compressed in the worker at level 1 before. grpc-js has no public way to say so, but it has a stack of
// filters per channel (types public under `experimental`), at whose end CompressionFilter puts the five bytes of
// framing in front of a message. The filter here comes after it: it sets the "compressed" flag in that frame and
// the header that names the encoding. Reaching the stack takes three private names; if a version of grpc-js lacks
// them, `installGzipFilter` says so, and the transport sends uncompressed instead: more bytes, never wrong ones.
// The package is pinned, and test/fault/grpc-gzip.test.ts proves flag, header and content with a real server.

/** Asks the filter to mark the message as compressed; never leaves this process. C-core's name for the same. */
export const ENCODING_REQUEST_KEY = 'grpc-internal-encoding-request';

/** The part of grpc-js's Metadata that is used here (only grpc-transport.ts imports the package). */
interface Metadata {
  get(key: string): readonly unknown[];
  set(key: string, value: string): void;
  remove(key: string): void;
}

interface FramedMessage {
  readonly message: Buffer;
  readonly flags?: number;
}

interface Filter {
  sendMetadata(metadata: Promise<Metadata>): Promise<Metadata>;
  receiveMetadata(metadata: Metadata): Metadata;
  sendMessage(message: Promise<FramedMessage>): Promise<FramedMessage>;
  receiveMessage(message: Promise<Buffer>): Promise<Buffer>;
  receiveTrailers<T>(status: T): T;
}

interface FilterStackOwner {
  readonly internalChannel?: { readonly filterStackFactory?: { readonly factories?: unknown[] } };
}

/** True if messages sent through this channel may be marked as compressed. */
export function installGzipFilter(channel: unknown): boolean {
  const factories = (channel as FilterStackOwner).internalChannel?.filterStackFactory?.factories;
  // One filter (CompressionFilter) is what the reasoning above is about.
  if (!Array.isArray(factories) || factories.length !== 1) return false;
  factories.push({ createFilter: () => new GzipFilter() });
  return true;
}

class GzipFilter implements Filter {
  #compressed = false;

  async sendMetadata(metadata: Promise<Metadata>): Promise<Metadata> {
    const headers = await metadata;
    this.#compressed = headers.get(ENCODING_REQUEST_KEY).length > 0;
    headers.remove(ENCODING_REQUEST_KEY);
    if (this.#compressed) headers.set('grpc-encoding', 'gzip');
    // A compressed response would be inflated on the libuv pool; it is a dozen bytes anyway.
    headers.set('grpc-accept-encoding', 'identity');
    return headers;
  }

  async sendMessage(message: Promise<FramedMessage>): Promise<FramedMessage> {
    const framed = await message;
    if (this.#compressed) framed.message[0] = 1;
    return framed;
  }

  receiveMetadata(metadata: Metadata): Metadata {
    return metadata;
  }

  receiveMessage(message: Promise<Buffer>): Promise<Buffer> {
    return message;
  }

  receiveTrailers<T>(status: T): T {
    return status;
  }
}
