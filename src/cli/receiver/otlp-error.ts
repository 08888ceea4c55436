// Thrown by the OTLP readers for a body that is not what it says it is; the servers answer it with 400 or
// INVALID_ARGUMENT. Receiver process only.

export class MalformedOtlpError extends Error {
  override readonly name = 'MalformedOtlpError';
}
