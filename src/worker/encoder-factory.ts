// The encoder for the configured protocol. Thread: worker. Caller: lane.ts. The JSON encoder loads otlp-transformer, so
// it is loaded only when it is used.

import type { OtlpProtocol } from '../shared/config/resolved-config.js';
import { REQUEST_BYTES_MAX } from '../shared/limits.js';
import type { EncoderFactory } from './batcher.js';
import { encodeResource } from './encode/scope-message.js';
import { Transcoder } from './encode/transcoder.js';

/**
 * Far above every request: what a batch of the largest kind and one large record come to. The transport refuses what
 * is over its own limit, and the batch is split.
 */
const ENCODER_BYTES_MAX = 2 * REQUEST_BYTES_MAX;

/** Rejects if the resource cannot be decoded. */
export async function createEncoderFactory(
  protocol: OtlpProtocol,
  resource: Uint8Array,
): Promise<EncoderFactory> {
  if (protocol === 'http/json') {
    const { JsonEncoder } = await import('./encode/json-encoder.js');
    return () => new JsonEncoder(resource);
  }
  const parts = encodeResource(resource);
  if (!parts) throw new TypeError('the resource blob is damaged');
  return () => new Transcoder(parts, ENCODER_BYTES_MAX);
}
