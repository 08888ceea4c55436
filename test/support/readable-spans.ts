// Model spans as the OpenTelemetry SDK would hand them to an exporter: input of the oracle, otlp-transformer.
// Written apart from src/worker/encode/json-encoder.ts, which does something similar.

import { resourceFromAttributes } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type {
  DecodedAttribute,
  DecodedResource,
  DecodedScope,
  DecodedSpan,
  DecodedValue,
} from '../../src/shared/codec/decoded-span.js';
import { expectedSpan } from './encoder-harness.js';

interface ModelSpan {
  readonly span: DecodedSpan;
  readonly scope: number;
}

export function toReadableSpans(
  spans: readonly ModelSpan[],
  scopes: readonly DecodedScope[],
  resource: DecodedResource,
): ReadableSpan[] {
  const sdkScopes = scopes.map(({ name, version, schemaUrl, attributes }) => ({
    name,
    version,
    schemaUrl,
    attributes: sdkAttributes(attributes),
  }));
  const sdkResource = resourceFromAttributes(sdkAttributes(resource.attributes) as never, {
    schemaUrl: resource.schemaUrl,
  });
  return spans.map(({ span, scope }) => {
    const normal = expectedSpan(span);
    const { traceId, spanId, traceFlags } = span;
    return {
      name: span.name,
      kind: span.kind - 1,
      spanContext: () => ({ traceId, spanId, traceFlags, traceState: traceState(span.traceState) }),
      parentSpanContext: {
        traceId,
        spanId: span.parentSpanId ?? '',
        traceFlags,
        isRemote: span.parentIsRemote,
      },
      startTime: hrTime(normal.start),
      endTime: hrTime(normal.end),
      status: { code: span.statusCode, message: span.statusMessage },
      attributes: sdkAttributes(span.attributes),
      links: span.links.map((link) => ({
        context: {
          traceId: link.traceId,
          spanId: link.spanId,
          traceFlags: link.traceFlags,
          traceState: traceState(link.traceState),
          isRemote: link.isRemote,
        },
        attributes: sdkAttributes(link.attributes),
        droppedAttributesCount: link.droppedAttributes,
      })),
      events: span.events.map((event, i) => ({
        name: event.name,
        time: hrTime(normal.events[i].time),
        attributes: sdkAttributes(event.attributes),
        droppedAttributesCount: event.droppedAttributes,
      })),
      duration: [0, 0],
      ended: true,
      resource: sdkResource,
      instrumentationScope: sdkScopes[scope % sdkScopes.length],
      droppedAttributesCount: span.droppedAttributes,
      droppedEventsCount: span.droppedEvents,
      droppedLinksCount: span.droppedLinks,
    } as unknown as ReadableSpan;
  });
}

function traceState(text: string) {
  return { serialize: () => text };
}

function hrTime(nanos: string): [number, number] {
  return [Number(BigInt(nanos) / 1_000_000_000n), Number(BigInt(nanos) % 1_000_000_000n)];
}

function sdkAttributes(attributes: readonly DecodedAttribute[]): Record<string, unknown> {
  const plain: Record<string, unknown> = Object.create(null);
  for (const { key, value } of attributes) plain[key] = sdkValue(value);
  return plain;
}

function sdkValue(value: DecodedValue): unknown {
  if (value.type === 'int') return Number(value.value);
  if (value.type === 'array') return value.items.map(sdkValue);
  if (value.type === 'map') return sdkAttributes(value.entries);
  return value.type === 'empty' ? null : value.value;
}
