// Spans for the tests of the receiver: random ones together with what a reader must make of them, and a plain one.

import { type Attributes, createTraceState, type Link, type SpanContext } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import fc from 'fast-check';
import type { ReceivedAttribute, ReceivedSpan, ReceivedValue } from '../../src/cli/trace/received-span.js';

const text = fc.string({ unit: 'binary', maxLength: 12 });
// A prefix, for keys that look like numbers change places in JavaScript objects.
const key = text.map((suffix) => `k${suffix}`);
const fraction = fc
  .double({ noNaN: true })
  .filter((value) => !Number.isInteger(value) && Number.isFinite(value));

function hex(bytes: number): fc.Arbitrary<string> {
  return fc
    .uint8Array({ minLength: bytes, maxLength: bytes })
    .filter((id) => id.some((byte) => byte !== 0))
    .map((id) => Buffer.from(id).toString('hex'));
}

const { value: anyValue } = fc.letrec<{ value: ReceivedValue; attributes: ReceivedAttribute[] }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constant<ReceivedValue>({ kind: 'empty' }),
    text.map((value): ReceivedValue => ({ kind: 'string', value })),
    fc.boolean().map((value): ReceivedValue => ({ kind: 'boolean', value })),
    fc.maxSafeInteger().map((value): ReceivedValue => ({ kind: 'int', value: BigInt(value) })),
    fraction.map((value): ReceivedValue => ({ kind: 'double', value })),
    fc.uint8Array({ maxLength: 9 }).map((value): ReceivedValue => ({ kind: 'bytes', value })),
    fc.array(tie('value'), { maxLength: 4 }).map((value): ReceivedValue => ({ kind: 'array', value })),
    tie('attributes').map((value): ReceivedValue => ({ kind: 'map', value })),
  ),
  attributes: fc.uniqueArray(fc.record({ key, value: tie('value') }), {
    maxLength: 5,
    selector: (attribute) => attribute.key,
  }),
}));

const attributes: fc.Arbitrary<ReceivedAttribute[]> = fc.uniqueArray(fc.record({ key, value: anyValue }), {
  maxLength: 6,
  selector: (attribute) => attribute.key,
});
const nanos = fc.bigInt({ min: 0n, max: 2n ** 63n });
const dropped = fc.nat(2 ** 31 - 1);
const traceState = fc.constantFrom('', 'vendor=1', 'a=b,c=d');
/** Sampled or not, and whether the parent is remote, as OTLP writes it. */
const flags = fc.constantFrom(0x100, 0x101, 0x300, 0x301);

export const receivedSpan: fc.Arbitrary<ReceivedSpan> = fc.record({
  traceId: hex(16),
  spanId: hex(8),
  parentSpanId: fc.oneof(fc.constant(''), hex(8)),
  traceState,
  name: text,
  kind: fc.integer({ min: 1, max: 5 }),
  startUnixNanos: nanos,
  endUnixNanos: nanos,
  attributes,
  droppedAttributesCount: dropped,
  events: fc.array(
    fc.record({ timeUnixNanos: nanos, name: text, attributes, droppedAttributesCount: dropped }),
    { maxLength: 3 },
  ),
  droppedEventsCount: dropped,
  links: fc.array(
    fc.record({
      traceId: hex(16),
      spanId: hex(8),
      traceState,
      attributes,
      droppedAttributesCount: dropped,
      flags,
    }),
    { maxLength: 3 },
  ),
  droppedLinksCount: dropped,
  statusCode: fc.integer({ min: 0, max: 2 }),
  statusMessage: text,
  flags,
  resource: fc.record({
    attributes,
    droppedAttributesCount: fc.constant(0),
    schemaUrl: fc.constantFrom('', 'https://schemas.example/1'),
  }),
  scope: fc.record({
    name: text,
    version: text,
    attributes,
    schemaUrl: fc.constantFrom('', 'https://schemas.example/2'),
  }),
});

/** The span as the official exporter's serializers take it. */
export function toReadableSpan(span: ReceivedSpan): ReadableSpan {
  const hasParent = span.parentSpanId !== '';
  const context = contextOf(span, false);
  return {
    name: span.name,
    kind: span.kind - 1,
    spanContext: () => context,
    // Where there is a parent, its being remote is a bit of the span's flags.
    ...(hasParent && { parentSpanContext: contextOf({ ...span, spanId: span.parentSpanId }, true) }),
    startTime: toHrTime(span.startUnixNanos),
    endTime: toHrTime(span.endUnixNanos),
    status: { code: span.statusCode, message: span.statusMessage },
    attributes: toAttributes(span.attributes),
    links: span.links.map(
      (link): Link => ({
        context: contextOf(link, true),
        attributes: toAttributes(link.attributes),
        droppedAttributesCount: link.droppedAttributesCount,
      }),
    ),
    events: span.events.map((event) => ({
      time: toHrTime(event.timeUnixNanos),
      name: event.name,
      attributes: toAttributes(event.attributes),
      droppedAttributesCount: event.droppedAttributesCount,
    })),
    duration: [0, 0],
    ended: true,
    // Not through resourceFromAttributes, which leaves out empty values.
    resource: {
      attributes: toAttributes(span.resource.attributes),
      schemaUrl: span.resource.schemaUrl,
    } as ReadableSpan['resource'],
    instrumentationScope: {
      name: span.scope.name,
      version: span.scope.version,
      schemaUrl: span.scope.schemaUrl,
      attributes: toAttributes(span.scope.attributes),
    } as ReadableSpan['instrumentationScope'],
    droppedAttributesCount: span.droppedAttributesCount,
    droppedEventsCount: span.droppedEventsCount,
    droppedLinksCount: span.droppedLinksCount,
  };
}

function contextOf(
  from: { traceId: string; spanId: string; traceState: string; flags: number },
  mayBeRemote: boolean,
): SpanContext {
  return {
    traceId: from.traceId,
    spanId: from.spanId,
    traceFlags: from.flags & 0xff,
    ...(from.traceState !== '' && { traceState: createTraceState(from.traceState) }),
    ...(mayBeRemote && (from.flags & 0x200) !== 0 && { isRemote: true }),
  };
}

function toHrTime(unixNanos: bigint): [number, number] {
  return [Number(unixNanos / 1_000_000_000n), Number(unixNanos % 1_000_000_000n)];
}

function toAttributes(from: readonly ReceivedAttribute[]): Attributes {
  return Object.fromEntries(from.map((entry) => [entry.key, toJavaScript(entry.value)])) as Attributes;
}

function toJavaScript(value: ReceivedValue): unknown {
  switch (value.kind) {
    case 'empty':
      return null;
    case 'int':
      return Number(value.value);
    case 'array':
      return value.value.map(toJavaScript);
    case 'map':
      return Object.fromEntries(value.value.map((entry) => [entry.key, toJavaScript(entry.value)]));
    default:
      return value.value;
  }
}

export function stringAttribute(name: string, value: string): ReceivedAttribute {
  return { key: name, value: { kind: 'string', value } };
}

/** A plain span of the service `shop`; `id` is repeated to make the ids. */
export function plainSpan(id: string, change: Partial<ReceivedSpan> = {}): ReceivedSpan {
  return {
    traceId: 'ab'.repeat(16),
    spanId: id.repeat(16),
    parentSpanId: '',
    traceState: '',
    name: `span ${id}`,
    kind: 1,
    startUnixNanos: 1_700_000_000_000_000_000n,
    endUnixNanos: 1_700_000_000_001_000_000n,
    attributes: [],
    droppedAttributesCount: 0,
    events: [],
    droppedEventsCount: 0,
    links: [],
    droppedLinksCount: 0,
    statusCode: 0,
    statusMessage: '',
    flags: 0x101,
    resource: {
      attributes: [stringAttribute('service.name', 'shop')],
      droppedAttributesCount: 0,
      schemaUrl: '',
    },
    scope: { name: 'test', version: '1', attributes: [], schemaUrl: '' },
    ...change,
  };
}
