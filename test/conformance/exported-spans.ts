// An OTLP request -> its spans with their scopes, by the decoder that knows nothing of src/.

import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { decodeProtobufRequest, sortAttributes } from '../support/otlp-decoder.js';
import type { ExportedSpan } from './run-program.js';

export function spansOfRequest(body: Uint8Array): ExportedSpan[] {
  return decodeProtobufRequest(body).flatMap(({ scopes }) =>
    scopes.flatMap(({ spans, ...scope }) => spans.map((span) => sortAttributes({ scope, span }))),
  );
}

/**
 * What otlp-transformer, the official exporters' encoder, makes of spans. A request for each scope: it takes scopes for equal
 * that differ in their attributes.
 */
export function spansOfReadable(spans: readonly object[]): ExportedSpan[] {
  const byScope = Map.groupBy(spans as ReadableSpan[], (span) => span.instrumentationScope);
  return [...byScope.values()].flatMap((group) => {
    const body = ProtobufTraceSerializer.serializeRequest(group);
    if (body === undefined) throw new Error('otlp-transformer gave no bytes');
    return spansOfRequest(body);
  });
}
