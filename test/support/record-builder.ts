// Builds records and blobs word by word from the drawing in src/shared/codec/record-layout.ts, without any code of
// src/: an independent check of encoder and decoder, and the only way to write forms that the encoder never uses.

import type {
  DecodedAttribute,
  DecodedResource,
  DecodedScope,
  DecodedSpan,
  DecodedTime,
  DecodedValue,
} from '../../src/shared/codec/decoded-span.js';

/** How things that can be written in two ways are written. */
export interface RecordForm {
  /** Gives the arena id for a name or key, 0 for inline. */
  readonly internName: (text: string) => number;
  /** The same for string values (StringRef). */
  readonly internValue: (text: string) => number;
  /** Whether keys inside maps may be interned too; the encoder never does. */
  readonly internMapKeys: boolean;
  /** Whether the worker has already read what the record refers to (it takes another path then). */
  readonly warm?: boolean;
  /** Small integers as Int64. */
  readonly wideIntegers: boolean;
}

export const INLINE_FORM: RecordForm = {
  internName: () => 0,
  internValue: () => 0,
  internMapKeys: false,
  wideIntegers: false,
};

class Words {
  readonly list: number[] = [];

  push(...words: number[]): void {
    this.list.push(...words);
  }

  bytes(content: Uint8Array): void {
    this.list.push(content.length);
    const padded = Buffer.alloc((content.length + 3) & ~3);
    padded.set(content);
    for (let i = 0; i < padded.length; i += 4) this.list.push(padded.readInt32LE(i));
  }

  text(text: string): void {
    this.bytes(new TextEncoder().encode(text));
  }

  hex(hex: string): void {
    const bytes = Buffer.from(hex, 'hex');
    for (let i = 0; i < bytes.length; i += 4) this.list.push(bytes.readInt32LE(i));
  }

  double(value: number): void {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleLE(value);
    this.list.push(bytes.readInt32LE(0), bytes.readInt32LE(4));
  }

  int64(value: bigint): void {
    this.list.push(Number(BigInt.asIntN(32, value)), Number(BigInt.asIntN(32, value >> 32n)));
  }

  time(time: DecodedTime): void {
    if (time.clock === 'unix') this.int64(time.nanos);
    else this.double(time.millis);
  }

  toBytes(): Uint8Array {
    return new Uint8Array(Int32Array.from(this.list).buffer);
  }
}

export function buildRecord(span: DecodedSpan, form: RecordForm = INLINE_FORM): Uint8Array {
  const words = new Words();
  const unixBits = (span.start.clock === 'unix' ? 4 : 0) | (span.end.clock === 'unix' ? 8 : 0);
  const parentBits = (span.parentIsRemote ? 16 : 0) | (span.parentSpanId === undefined ? 0 : 32);
  const bits = span.statusCode | unixBits | parentBits;
  words.push(0, 1 | (span.kind << 8) | (span.traceFlags << 16) | (bits << 24));
  words.time(span.start);
  words.time(span.end);
  words.hex(span.traceId);
  words.hex(span.spanId);
  words.hex(span.parentSpanId ?? '0000000000000000');
  const nameId = form.internName(span.name);
  words.push(span.scopeId, nameId, span.attributes.length, 0);
  if (nameId === 0) words.text(span.name);
  attributes(words, span.attributes, form);
  if (hasExtra(span)) {
    words.list[17] = words.list.length;
    words.push(span.droppedAttributes, span.droppedEvents, span.droppedLinks);
    words.push(span.events.length, span.links.length);
    words.text(span.traceState);
    words.text(span.statusMessage);
    for (const event of span.events) {
      words.push(event.time.clock === 'unix' ? 1 : 0);
      words.time(event.time);
      const eventNameId = form.internName(event.name);
      words.push(eventNameId);
      if (eventNameId === 0) words.text(event.name);
      words.push(event.attributes.length, event.droppedAttributes);
      attributes(words, event.attributes, form);
    }
    for (const link of span.links) {
      words.hex(link.traceId);
      words.hex(link.spanId);
      words.push(link.traceFlags | (link.isRemote ? 0x200 : 0));
      words.push(link.attributes.length, link.droppedAttributes);
      words.text(link.traceState);
      attributes(words, link.attributes, form);
    }
  }
  if (words.list.length % 2 !== 0) words.push(0);
  words.list[0] = words.list.length * 4;
  return words.toBytes();
}

export function buildScopeBlob(scope: DecodedScope): Uint8Array {
  const words = new Words();
  words.text(scope.name);
  words.text(scope.version);
  words.text(scope.schemaUrl);
  words.push(scope.attributes.length);
  attributes(words, scope.attributes, INLINE_FORM);
  return words.toBytes();
}

export function buildResourceBlob(resource: DecodedResource): Uint8Array {
  const words = new Words();
  words.text(resource.schemaUrl);
  words.push(resource.attributes.length);
  attributes(words, resource.attributes, INLINE_FORM);
  return words.toBytes();
}

function hasExtra(span: DecodedSpan): boolean {
  return (
    // Times that the user gave travel with the rare things, in the encoder's source; the record shows only the bits.
    span.start.clock === 'unix' ||
    span.end.clock === 'unix' ||
    span.droppedAttributes + span.droppedEvents + span.droppedLinks > 0 ||
    span.events.length + span.links.length > 0 ||
    span.traceState !== '' ||
    span.statusMessage !== ''
  );
}

function attributes(words: Words, list: readonly DecodedAttribute[], form: RecordForm): void {
  for (const { key, value } of list) {
    const keyId = form.internName(key);
    const headAt = words.list.length;
    words.push(keyId << 8);
    if (keyId === 0) words.text(key);
    words.list[headAt] |= pushValue(words, value, form);
  }
}

/** Pushes the content and returns the value type. */
function pushValue(words: Words, value: DecodedValue, form: RecordForm): number {
  switch (value.type) {
    case 'string': {
      const id = form.internValue(value.value);
      if (id === 0) words.text(value.value);
      else words.push(id);
      return id === 0 ? 1 : 2;
    }
    case 'bool':
      return value.value ? 4 : 3;
    case 'int':
      if (!form.wideIntegers && BigInt.asIntN(32, value.value) === value.value) {
        words.push(Number(value.value));
        return 5;
      }
      words.int64(value.value);
      return 6;
    case 'double':
      words.double(value.value);
      return 7;
    case 'bytes':
      words.bytes(value.value);
      return 8;
    case 'array':
      words.push(value.items.length);
      for (const item of value.items) {
        const typeAt = words.list.length;
        words.push(0);
        words.list[typeAt] = pushValue(words, item, form);
      }
      return 9;
    case 'map':
      words.push(value.entries.length);
      attributes(words, value.entries, form.internMapKeys ? form : { ...form, internName: () => 0 });
      return 10;
    default:
      return 11;
  }
}
