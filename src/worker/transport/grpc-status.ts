// What a gRPC status means for the batch (OTLP/gRPC, response classification). Pure: knows nothing of grpc-js.
// Export worker; caller: grpc-transport.ts.

import type { ExportResult } from './export-result.js';
import { walkFields } from './protobuf-fields.js';
import { safeText } from './safe-text.js';

export const GrpcCode = {
  Ok: 0,
  Cancelled: 1,
  Unknown: 2,
  InvalidArgument: 3,
  DeadlineExceeded: 4,
  NotFound: 5,
  AlreadyExists: 6,
  PermissionDenied: 7,
  ResourceExhausted: 8,
  FailedPrecondition: 9,
  Aborted: 10,
  OutOfRange: 11,
  Unimplemented: 12,
  Internal: 13,
  Unavailable: 14,
  DataLoss: 15,
  Unauthenticated: 16,
} as const;

export interface GrpcStatus {
  readonly code: number;
  readonly details: string;
  /** The trailer `grpc-status-details-bin`, if there was one. */
  readonly statusDetails: Uint8Array | undefined;
  /** The response had begun: a size limit that was hit then is ours, not the collector's. */
  readonly responseBegan: boolean;
}

const NAMES = Object.keys(GrpcCode);

const RETRYABLE: ReadonlySet<number> = new Set([
  GrpcCode.Cancelled,
  GrpcCode.DeadlineExceeded,
  GrpcCode.Aborted,
  GrpcCode.OutOfRange,
  GrpcCode.Unavailable,
  GrpcCode.DataLoss,
]);

/** How gRPC servers say that a request is too large (Go, Java, Node, C++ agree on these words). */
const TOO_LARGE = /larger than max|larger than limit|exceeds maximum|message too large/i;
/** grpc-js's words for a stream that ended without any gRPC status: a disconnect, not an answer. */
const NO_ANSWER = /^Received RST_STREAM with code/;

export function classifyGrpcStatus(status: GrpcStatus, secrets: readonly string[]): ExportResult {
  const { code } = status;
  const cause = describe(status, secrets);
  if (code === GrpcCode.ResourceExhausted) return classifyExhausted(status, cause);
  if (!RETRYABLE.has(code) && !(code === GrpcCode.Internal && NO_ANSWER.test(status.details))) {
    return { status: 'failure', cause };
  }
  const afterMillis = retryDelayMillis(status.statusDetails);
  return afterMillis === undefined
    ? { status: 'retryable', cause }
    : { status: 'retryable', afterMillis, cause };
}

/** Only a server that says when is expected to recover. */
function classifyExhausted(status: GrpcStatus, cause: string): ExportResult {
  const afterMillis = retryDelayMillis(status.statusDetails);
  if (afterMillis !== undefined) return { status: 'retryable', afterMillis, cause };
  if (!status.responseBegan && TOO_LARGE.test(status.details)) return { status: 'too-large', cause };
  return { status: 'failure', cause };
}

function describe(status: GrpcStatus, secrets: readonly string[]): string {
  const name = NAMES[status.code] ?? `code ${status.code}`;
  const details = safeText(status.details, secrets);
  return details === '' ? `gRPC ${name}` : `gRPC ${name}: ${details}`;
}

// google.rpc.Status { details = 3: repeated Any { type_url = 1, value = 2 } }
// google.rpc.RetryInfo { retry_delay = 1: Duration { seconds = 1, nanos = 2 } }

/** HTTP/2 header lists end at 64 KiB or below; whatever is larger is not a status. */
const STATUS_DETAILS_BYTES_MAX = 64 * 1024;
const RETRY_INFO_TYPE = 'google.rpc.RetryInfo';

/** The delay of the first RetryInfo, or undefined if there is none that is well formed and not negative. */
export function retryDelayMillis(statusDetails: Uint8Array | undefined): number | undefined {
  if (!statusDetails || statusDetails.length > STATUS_DETAILS_BYTES_MAX) return undefined;
  const retryInfo = submessages(statusDetails, 3).find(isRetryInfo);
  if (!retryInfo) return undefined;
  const [value = EMPTY] = submessages(retryInfo, 2);
  // A RetryInfo without a delay asks for none.
  const [delay = EMPTY] = submessages(value, 1);
  return durationMillis(delay);
}

const EMPTY = new Uint8Array(0);

function isRetryInfo(any: Uint8Array): boolean {
  const [typeUrl = EMPTY] = submessages(any, 1);
  return Buffer.from(typeUrl).toString('latin1').split('/').at(-1) === RETRY_INFO_TYPE;
}

/** All values of a length-delimited field; none if the message is malformed. */
function submessages(message: Uint8Array, field: number): readonly Uint8Array[] {
  const found: Uint8Array[] = [];
  const wellFormed = walkFields(message, (number, _varint, slice) => {
    if (number === field && slice) found.push(slice);
  });
  return wellFormed ? found : [];
}

function durationMillis(duration: Uint8Array): number | undefined {
  let seconds = 0;
  let nanos = 0;
  const wellFormed = walkFields(duration, (field, varint, slice) => {
    if (field === 1 && !slice) seconds = varint;
    if (field === 2 && !slice) nanos = varint;
  });
  const millis = seconds * 1000 + nanos / 1e6;
  return wellFormed && millis >= 0 ? millis : undefined;
}
