// Reads what a collector answers: partial success, and the message of an error. Export worker; callers: the
// transports. The bodies come from the network: whatever they hold, the answer is a value.

import { walkFields } from './protobuf-fields.js';

export type BodyFormat = 'protobuf' | 'json';

export interface PartialSuccess {
  readonly rejected: number;
  readonly message: string;
}

const NO_REJECTION: PartialSuccess = { rejected: 0, message: '' };

const utf8 = new TextDecoder();

/** The format by the response's content type; a server that names none is taken to answer in kind. */
export function bodyFormat(contentType: string | undefined, otherwise: BodyFormat): BodyFormat | undefined {
  if (!contentType) return otherwise;
  const type = contentType.split(';', 1)[0].trim().toLowerCase();
  if (type === 'application/x-protobuf' || type === 'application/protobuf') return 'protobuf';
  if (type === 'application/json') return 'json';
  return undefined;
}

/** ExportTraceServiceResponse; undefined if the body is none. An empty body is full success in both formats. */
export function readPartialSuccess(body: Uint8Array, format: BodyFormat): PartialSuccess | undefined {
  if (body.length === 0) return NO_REJECTION;
  return format === 'protobuf' ? partialFromProtobuf(body) : partialFromJson(body);
}

/** The message of a google.rpc.Status; empty if the body is none. Its code is not to be trusted (OTLP/HTTP). */
export function readStatusMessage(body: Uint8Array, format: BodyFormat): string {
  if (format === 'json') {
    const message = field(parseJson(body), 'message');
    return typeof message === 'string' ? message : '';
  }
  let message = '';
  const wellFormed = walkFields(body, (number, _varint, slice) => {
    if (number === 2 && slice) message = utf8.decode(slice);
  });
  return wellFormed ? message : '';
}

function partialFromProtobuf(body: Uint8Array): PartialSuccess | undefined {
  let rejected = 0;
  let message = '';
  let inner = true;
  const outer = walkFields(body, (number, _varint, partial) => {
    if (number !== 1 || !partial) return;
    inner &&= walkFields(partial, (innerNumber, varint, slice) => {
      if (innerNumber === 1 && !slice) rejected = varint;
      if (innerNumber === 2 && slice) message = utf8.decode(slice);
    });
  });
  return outer && inner ? { rejected, message } : undefined;
}

function partialFromJson(body: Uint8Array): PartialSuccess | undefined {
  const response = parseJson(body);
  if (typeof response !== 'object' || response === null || Array.isArray(response)) return undefined;
  const partial = field(response, 'partialSuccess') ?? field(response, 'partial_success');
  if (partial === undefined || partial === null) return NO_REJECTION;
  if (typeof partial !== 'object' || Array.isArray(partial)) return undefined;
  const rejected = int64(field(partial, 'rejectedSpans') ?? field(partial, 'rejected_spans') ?? 0);
  const message = field(partial, 'errorMessage') ?? field(partial, 'error_message') ?? '';
  if (rejected === undefined || typeof message !== 'string') return undefined;
  return { rejected, message };
}

/** int64 in proto3 JSON: a decimal string, or a number. */
function int64(value: unknown): number | undefined {
  if (typeof value === 'string' && !/^-?\d{1,19}$/.test(value)) return undefined;
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const number = Number(value);
  return Number.isInteger(number) ? number : undefined;
}

function field(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(utf8.decode(body));
  } catch {
    return undefined;
  }
}
