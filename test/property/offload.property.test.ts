// Readable spans through the offload adapter, the ring and the transcoder, against the bytes which otlp-transformer
// makes of the same objects; both sides are decoded by protobufjs from the official .proto files.

import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import type { DecodedAttribute, DecodedSpan, DecodedTime } from '../../src/shared/codec/decoded-span.js';
import { OffloadHarness } from '../support/offload-harness.js';
import { decodeProtobufRequest, sortAttributes } from '../support/otlp-decoder.js';
import { toReadableSpans } from '../support/readable-spans.js';
import {
  anyScope,
  oracleSpan,
  PROPERTY_RUNS,
  PROPERTY_TIMEOUT_MILLIS,
  resource,
  wellFormedText,
} from '../support/span-arbitraries.js';

vi.setConfig({ testTimeout: PROPERTY_TIMEOUT_MILLIS });

/** The last second of u64 nanoseconds is not whole, and refused. */
const NANOS_MAX = 18_446_744_073n * 1_000_000_000n - 1n;

const batchOfSpans = fc.record({
  resource,
  scopes: fc.array(anyScope, { minLength: 1, maxLength: 3 }),
  spans: fc.array(fc.record({ span: oracleSpan, scope: fc.nat({ max: 2 }) }), { minLength: 1, maxLength: 6 }),
});

// What is kept out of the comparison, and is meant: attributes with an empty key (specification: no attribute), and
// what transcoder.property.test.ts names.
function comparable(span: DecodedSpan): DecodedSpan {
  return {
    ...span,
    start: comparableTime(span.start),
    end: comparableTime(span.end),
    attributes: withKeys(span.attributes),
    events: span.events.map((event) => ({
      ...event,
      time: comparableTime(event.time),
      attributes: withKeys(event.attributes),
    })),
    links: span.links.map((link) => ({ ...link, attributes: withKeys(link.attributes) })),
  };
}

function comparableTime(time: DecodedTime): DecodedTime {
  return time.clock === 'unix' && time.nanos > NANOS_MAX ? { clock: 'unix', nanos: NANOS_MAX } : time;
}

function withKeys(attributes: readonly DecodedAttribute[]): DecodedAttribute[] {
  return attributes
    .filter(({ key }) => key !== '')
    .map(({ key, value }) => ({ key, value: withMapKeys(value) }));
}

function withMapKeys(value: DecodedAttribute['value']): DecodedAttribute['value'] {
  if (value.type === 'array') return { type: 'array', items: value.items.map(withMapKeys) };
  return value.type === 'map' ? { type: 'map', entries: withKeys(value.entries) } : value;
}

test('the ring and otlp-transformer say the same about the same readable spans, field by field', () => {
  fc.assert(
    fc.property(batchOfSpans, (generated) => {
      // otlp-transformer tells scopes apart by identity, offloop by content: the model's are distinct in content.
      const batch = {
        ...generated,
        scopes: generated.scopes.map((scope, i) => ({
          ...scope,
          name: `${scope.name}${i}`,
          attributes: withKeys(scope.attributes).map(({ key, value }) => ({
            key,
            value: value.type === 'double' ? { type: 'double' as const, value: 0.5 } : value,
          })),
        })),
        resource: { ...generated.resource, attributes: [] },
        spans: generated.spans.map(({ span, scope }) => ({ span: comparable(span), scope })),
      };
      // Of the scopes' attributes only what otlp-transformer can write.
      for (const scope of batch.scopes) scope.attributes = scope.attributes.filter(isPlain);
      const spans = toReadableSpans(batch.spans, batch.scopes, batch.resource);
      const harness = new OffloadHarness();
      harness.record(...spans);
      expect(harness.stats).toMatchObject({ recorded: spans.length, droppedTotal: 0 });
      const ours = decodeProtobufRequest(harness.takeRequest(batch.resource));
      const theirs = decodeProtobufRequest(ProtobufTraceSerializer.serializeRequest(spans) as Uint8Array);
      expect(sortAttributes(ours)).toEqual(sortAttributes(theirs));
    }),
    { numRuns: PROPERTY_RUNS },
  );
});

function isPlain({ value }: DecodedAttribute): boolean {
  return value.type === 'string' || value.type === 'bool' || value.type === 'double';
}

const hexDigits = (count: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: count, maxLength: count });
const time = fc.tuple(
  fc.oneof(fc.integer({ min: 1_790_000_000, max: 1_790_000_002 }), fc.integer({ min: 0, max: 2 ** 31 - 1 })),
  fc.integer({ min: 0, max: 999_999_999 }),
);
const plainValue = fc.oneof(
  wellFormedText,
  fc.integer(),
  fc.maxSafeInteger(),
  fc.boolean(),
  fc.double({ noInteger: true }),
);
const plainSpan = fc.record({
  name: fc.constantFrom('GET /', 'GET /:id', 'ünïcode'),
  kind: fc.integer({ min: 0, max: 4 }),
  code: fc.integer({ min: 0, max: 2 }),
  traceId: hexDigits(32),
  spanId: hexDigits(16),
  traceFlags: fc.integer({ min: 0, max: 255 }),
  parent: fc.option(fc.record({ spanId: hexDigits(16), isRemote: fc.boolean() }), { nil: undefined }),
  // An end before the start is the start's: not what is asked here.
  times: fc.tuple(time, time).map((times) => times.sort(([a, b], [c, d]) => a - c || b - d)),
  attributes: fc.dictionary(fc.constantFrom('http.route', 'k', '17', 'ü', 'a.longer.key'), plainValue),
});

test('so they do of spans without anything that is rare, which are written in one go', () => {
  const resource = resourceFromAttributes({});
  const instrumentationScope = { name: 'scope' };
  fc.assert(
    fc.property(fc.array(plainSpan, { minLength: 1, maxLength: 32 }), (plainSpans) => {
      const spans = plainSpans.map(
        ({ code, traceId, spanId, traceFlags, parent, times, ...span }): ReadableSpan => ({
          ...span,
          startTime: times[0],
          endTime: times[1],
          spanContext: () => ({ traceId, spanId, traceFlags }),
          ...(parent && { parentSpanContext: { ...parent, traceId, traceFlags: 1 } }),
          status: { code },
          links: [],
          events: [],
          duration: [0, 0],
          ended: true,
          resource,
          instrumentationScope,
          droppedAttributesCount: 0,
          droppedEventsCount: 0,
          droppedLinksCount: 0,
        }),
      );
      const harness = new OffloadHarness();
      harness.recorder.recordAll(spans, spans.length);
      expect(harness.stats).toMatchObject({ recorded: spans.length, droppedTotal: 0 });
      // Spans that go the other way have times of their own in an extra section.
      expect(harness.recordsWithExtra()).toBe(0);
      const ours = decodeProtobufRequest(harness.takeRequest());
      const theirs = decodeProtobufRequest(ProtobufTraceSerializer.serializeRequest(spans) as Uint8Array);
      expect(sortAttributes(ours)).toEqual(sortAttributes(theirs));
    }),
    { numRuns: PROPERTY_RUNS },
  );
});
