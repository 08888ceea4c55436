// The bodies a receiver answers with, in both encodings: ExportTraceServiceResponse (with partial_success where
// spans were refused) and google.rpc.Status for errors, as OTLP/HTTP asks. Receiver process; both servers.

import { DELIMITED, VARINT } from './protobuf-cursor.js';

export type OtlpEncoding = 'protobuf' | 'json';

/** Codes of google.rpc.Code that a receiver needs. */
export const StatusCode = { InvalidArgument: 3, ResourceExhausted: 8, Unimplemented: 12 } as const;

export function successAnswer(encoding: OtlpEncoding, rejectedSpans: number, reason: string): Uint8Array {
  if (encoding === 'json') {
    const partial = rejectedSpans === 0 ? {} : { rejectedSpans: String(rejectedSpans), errorMessage: reason };
    return Buffer.from(JSON.stringify(rejectedSpans === 0 ? {} : { partialSuccess: partial }));
  }
  if (rejectedSpans === 0) return new Uint8Array(0);
  const partial = [...tagged(1, VARINT), ...varint(rejectedSpans), ...stringField(2, reason)];
  return Uint8Array.from([...tagged(1, DELIMITED), ...varint(partial.length), ...partial]);
}

export function statusAnswer(encoding: OtlpEncoding, code: number, message: string): Uint8Array {
  if (encoding === 'json') return Buffer.from(JSON.stringify({ code, message }));
  return Uint8Array.from([...tagged(1, VARINT), ...varint(code), ...stringField(2, message)]);
}

function stringField(field: number, value: string): number[] {
  const bytes = Buffer.from(value);
  return [...tagged(field, DELIMITED), ...varint(bytes.length), ...bytes];
}

function tagged(field: number, wireType: number): number[] {
  return varint((field << 3) | wireType);
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 0x7f) {
    bytes.push((rest & 0x7f) | 0x80);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
  return bytes;
}
