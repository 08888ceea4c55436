// Answers of a collector as bytes, made by protobufjs: independent of the reader in src.

import protobuf from 'protobufjs';

const { root } = protobuf.parse(`
  syntax = "proto3";
  message Any { string type_url = 1; bytes value = 2; }
  message Duration { int64 seconds = 1; int32 nanos = 2; }
  message RetryInfo { Duration retry_delay = 1; }
  message Status { int32 code = 1; string message = 2; repeated Any details = 3; }
  message PartialSuccess { int64 rejected_spans = 1; string error_message = 2; }
  message Response { PartialSuccess partial_success = 1; }
`);

function encode(type: string, value: object): Uint8Array {
  const message = root.lookupType(type);
  return message.encode(message.fromObject(value)).finish();
}

export function partialSuccess(rejectedSpans: number | string, errorMessage: string): Uint8Array {
  return encode('Response', { partialSuccess: { rejectedSpans, errorMessage } });
}

export function rpcStatus(message: string, details: object[] = []): Uint8Array {
  return encode('Status', { code: 14, message, details });
}

export function retryInfo(delay: { seconds?: number | string; nanos?: number } | undefined): object {
  return any('google.rpc.RetryInfo', encode('RetryInfo', delay ? { retryDelay: delay } : {}));
}

export function any(type: string, value: Uint8Array): object {
  return { typeUrl: `type.googleapis.com/${type}`, value };
}
