// The encoder for the configured protocol, and the resource that all encoders write. Thread: worker. Caller: lane.ts. The
// JSON encoder loads otlp-transformer, so it is loaded only when it is used.

import type { OtlpProtocol } from '../shared/config/resolved-config.js';
import { REQUEST_BYTES_MAX } from '../shared/limits.js';
import type { EncoderFactory } from './batcher.js';
import type { BodyPool } from './encode/body-pool.js';
import { encodeResource } from './encode/scope-message.js';
import { Transcoder } from './encode/transcoder.js';

/**
 * Far above every request: what a batch of the largest kind and one large record come to. The transport refuses what
 * is over its own limit, and the batch is split.
 */
const ENCODER_BYTES_MAX = 2 * REQUEST_BYTES_MAX;

export interface Encoders {
  readonly create: EncoderFactory;
  /** For what is finished from now on, also by encoders in use. A damaged blob changes nothing: false. */
  replaceResource(resource: Uint8Array): boolean;
}

/** Rejects if the resource cannot be decoded. */
export async function createEncoders(
  protocol: OtlpProtocol,
  resource: Uint8Array,
  bodies: BodyPool,
): Promise<Encoders> {
  if (protocol === 'http/json' || protocol === 'file') {
    const { JsonEncoder, jsonResource } = await import('./encode/json-encoder.js');
    return encoders(resource, jsonResource, (shared) => new JsonEncoder(shared));
  }
  return encoders(resource, encodeResource, (shared) => new Transcoder(shared, ENCODER_BYTES_MAX, bodies));
}

/** All encoders share one decoded resource, which is changed in place. */
function encoders<Resource extends object>(
  resource: Uint8Array,
  decode: (blob: Uint8Array) => Resource | undefined,
  create: (shared: Resource) => ReturnType<EncoderFactory>,
): Encoders {
  const shared = decode(resource);
  if (shared === undefined) throw new TypeError('the resource blob is damaged');
  return {
    create: () => create(shared),
    replaceResource: (blob) => {
      const decoded = decode(blob);
      if (decoded === undefined) return false;
      Object.assign(shared, decoded);
      return true;
    },
  };
}
