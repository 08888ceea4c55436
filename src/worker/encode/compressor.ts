// Compresses request bodies. Export worker; caller: the pipeline, between encoder and transport.
//
// Synchronous: asynchronous zlib runs on the libuv pool, which belongs to the user. Level 1: measured on OTLP of
// varied spans, a batch of 512 takes 0.43 ms instead of 1.21 and comes out 5 % larger (28.8 % of the input against
// 27.3 %); 4,096 spans 3.1 ms against 9.7. Memory level 9 takes another 10 % off large batches for 128 KB more
// while it runs.

import { gzipSync } from 'node:zlib';
import type { Compression } from '../../shared/config/resolved-config.js';

export interface CompressedBody {
  readonly body: Uint8Array;
  readonly encoding: 'gzip' | undefined;
}

/** A call costs 17 us whatever the length, and a body below this fits one packet or two anyway. */
export const COMPRESSION_THRESHOLD_BYTES = 1024;

const LEVEL = 1;
const MEMORY_LEVEL = 9;

export class Compressor {
  readonly #compression: Compression;
  readonly #thresholdBytes: number;

  constructor(compression: Compression, thresholdBytes: number = COMPRESSION_THRESHOLD_BYTES) {
    this.#compression = compression;
    this.#thresholdBytes = thresholdBytes;
  }

  /** The body itself where compression is off, not worth it or failing: never an exception. */
  compress(body: Uint8Array): CompressedBody {
    if (this.#compression === 'none' || body.length < this.#thresholdBytes) return plain(body);
    try {
      // Output in pieces of half the input: OTLP fits the first one, so nothing is copied to join pieces, and a
      // body that waits for its retry holds at most that much unused memory.
      const chunkSize = Math.max(COMPRESSION_THRESHOLD_BYTES, body.length >>> 1);
      const compressed = gzipSync(body, { level: LEVEL, memLevel: MEMORY_LEVEL, chunkSize });
      return compressed.length < body.length ? { body: compressed, encoding: 'gzip' } : plain(body);
    } catch {
      return plain(body); // out of memory: zlib wants 384 KB at once
    }
  }
}

function plain(body: Uint8Array): CompressedBody {
  return { body, encoding: undefined };
}
