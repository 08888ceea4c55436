// Model spans as the record encoder takes them.

import { type AnyValue, ArrayValue, MapValue } from '../../src/shared/codec/any-value.js';
import type {
  DecodedAttribute,
  DecodedSpan,
  DecodedTime,
  DecodedValue,
} from '../../src/shared/codec/decoded-span.js';
import { hexToWord } from '../../src/shared/codec/ids.js';
import type { Utf8Write } from '../../src/shared/codec/record-writer.js';
import { attributesBytesMax } from '../../src/shared/codec/span-encoder.js';
import type { AttributeList, SpanSource, UnixTime } from '../../src/shared/codec/span-source.js';
import type { RecordForm } from './record-builder.js';

export function utf8WriteFor(bytes: Uint8Array): Utf8Write {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return (text, offset) => buffer.write(text, offset, 'utf8');
}

export function toSpanSource(span: DecodedSpan, form: RecordForm): SpanSource {
  const parentBits = (span.parentIsRemote ? 0x10 : 0) | (span.parentSpanId === undefined ? 0 : 0x20);
  const parent = span.parentSpanId ?? '0'.repeat(16);
  const nameId = form.internName(span.name);
  const dropped = span.droppedAttributes + span.droppedEvents + span.droppedLinks;
  const { startMillis, startUnix } = times('start', span.start) as {
    startMillis: number;
    startUnix?: UnixTime;
  };
  const { endMillis, endUnix } = times('end', span.end) as { endMillis: number; endUnix?: UnixTime };
  const plain =
    startUnix === undefined &&
    endUnix === undefined &&
    dropped + span.events.length + span.links.length === 0 &&
    span.traceState + span.statusMessage === '';
  return {
    traceId0: hexToWord(span.traceId, 0),
    traceId1: hexToWord(span.traceId, 8),
    traceId2: hexToWord(span.traceId, 16),
    traceId3: hexToWord(span.traceId, 24),
    spanId0: hexToWord(span.spanId, 0),
    spanId1: hexToWord(span.spanId, 8),
    parentId0: hexToWord(parent, 0),
    parentId1: hexToWord(parent, 8),
    head: 1 | (span.kind << 8) | (span.traceFlags << 16) | ((span.statusCode | parentBits) << 24),
    startMillis,
    endMillis,
    scopeId: span.scopeId,
    nameId,
    name: nameId === 0 ? span.name : '',
    attributeList: toList(span.attributes, form),
    extra: plain
      ? undefined
      : {
          startUnix,
          endUnix,
          droppedAttributes: span.droppedAttributes,
          droppedEvents: span.droppedEvents,
          droppedLinks: span.droppedLinks,
          traceState: span.traceState,
          statusMessage: span.statusMessage,
          events: span.events.map((event) => ({
            name: event.name,
            nameId: form.internName(event.name),
            ...times('time', event.time),
            attributes: toList(event.attributes, form),
            droppedAttributes: event.droppedAttributes,
          })),
          links: span.links.map((link) => ({
            traceId: link.traceId,
            spanId: link.spanId,
            flags: link.traceFlags,
            remote: link.isRemote,
            traceState: link.traceState,
            attributes: toList(link.attributes, form),
            droppedAttributes: link.droppedAttributes,
          })),
        },
  } as SpanSource;
}

export function toFields(attributes: readonly DecodedAttribute[]): [string, AnyValue][] {
  return attributes.map(({ key, value }) => [key, toAnyValue(value)]);
}

/** `startMillis` and `startUnix`, and the like. */
function times(name: string, time: DecodedTime): Record<string, number | UnixTime | undefined> {
  if (time.clock === 'monotonic') return { [`${name}Millis`]: time.millis, [`${name}Unix`]: undefined };
  const seconds = Number(time.nanos / 1_000_000_000n);
  const nanos = Number(time.nanos % 1_000_000_000n);
  return { [`${name}Millis`]: 0, [`${name}Unix`]: { seconds, nanos } };
}

function toList(attributes: readonly DecodedAttribute[], form: RecordForm): AttributeList {
  const list = {
    keys: attributes.map(({ key }) => key),
    ids: attributes.map(({ key }) => form.internName(key)),
    values: attributes.map(({ value }) => toAnyValue(value)),
    count: attributes.length,
  };
  return { ...list, bytesMax: attributesBytesMax(list) };
}

function toAnyValue(value: DecodedValue): AnyValue {
  switch (value.type) {
    case 'int':
      return BigInt.asIntN(53, value.value) === value.value ? Number(value.value) : value.value;
    case 'array':
      return new ArrayValue(value.items.map(toAnyValue));
    case 'map':
      return new MapValue(
        value.entries.map(({ key }) => key),
        value.entries.map((entry) => toAnyValue(entry.value)),
      );
    case 'empty':
      return null;
    default:
      return value.value;
  }
}
