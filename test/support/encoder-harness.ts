// One producer as an encoder sees it (arena, dictionary, clock), and what OTLP says about a span of it, computed
// from the decoded form alone.

import { createArena } from '../../src/shared/arena/arena-memory.js';
import { ArenaReader } from '../../src/shared/arena/reader.js';
import { ArenaWriter } from '../../src/shared/arena/writer.js';
import { ClockAnchor } from '../../src/shared/clock-anchor.js';
import type {
  DecodedAttribute,
  DecodedScope,
  DecodedSpan,
  DecodedTime,
  DecodedValue,
} from '../../src/shared/codec/decoded-span.js';
import { Dictionary } from '../../src/worker/encode/dictionary.js';
import type { SpanBatchEncoder } from '../../src/worker/encode/span-batch-encoder.js';
import type { Producer } from '../../src/worker/producer.js';
import type { NormalAttribute, NormalSpan, NormalValue } from './otlp-decoder.js';
import { buildRecord, buildScopeBlob, type RecordForm } from './record-builder.js';
import { ANCHOR_UNIX_MILLIS } from './span-arbitraries.js';

const ARENA_BYTES = 1024 * 1024;

export class EncoderHarness {
  readonly arena: ArenaWriter;
  readonly dictionary: Dictionary;
  readonly producer: Producer;

  /** `fillers` come first in the arena: no byte of an id may get lost, so let ids be larger than a byte. */
  constructor(fillers = 300) {
    const memory = createArena(ARENA_BYTES);
    this.arena = new ArenaWriter(memory);
    for (let i = 0; i < fillers; i++) this.arena.intern(`filler ${i}`);
    this.dictionary = new Dictionary(new ArenaReader(memory));
    const anchor = new ClockAnchor(ANCHOR_UNIX_MILLIS);
    // No encoder reads a ring.
    this.producer = { id: 1, dictionary: this.dictionary, anchor } as unknown as Producer;
  }

  scopeId(scope: DecodedScope): number {
    return this.arena.append(buildScopeBlob(scope));
  }

  form(options: { names: boolean; values: boolean; wideIntegers: boolean; warm?: boolean }): RecordForm {
    const intern = (text: string) => this.arena.intern(text);
    const inline = () => 0;
    return {
      internName: options.names ? intern : inline,
      internValue: options.values ? intern : inline,
      // One switch for what the encoder never does.
      internMapKeys: options.values,
      wideIntegers: options.wideIntegers,
      warm: options.warm ?? false,
    };
  }

  add(encoder: SpanBatchEncoder, span: DecodedSpan, form?: RecordForm): boolean {
    const record = buildRecord(span, form);
    if (form?.warm) this.warm();
    return this.addRecord(encoder, record);
  }

  /** Reads the whole arena into the dictionary. */
  warm(): void {
    for (let id = 1; id <= this.arena.count; id++) this.dictionary.load(id);
  }

  /** Adds a record that lies between other bytes of shared memory, as in a ring. */
  addRecord(encoder: SpanBatchEncoder, record: Uint8Array): boolean {
    const { words, bytes } = inSharedMemory(record);
    return encoder.add(this.producer, words, bytes, RECORD_OFFSET);
  }
}

export const RECORD_OFFSET = 16;

export function inSharedMemory(record: Uint8Array): { words: Int32Array; bytes: Uint8Array } {
  const memory = new SharedArrayBuffer(RECORD_OFFSET + ((record.length + 7) & ~7) + 16);
  const bytes = new Uint8Array(memory);
  bytes.fill(0xa5);
  bytes.set(record, RECORD_OFFSET);
  return { words: new Int32Array(memory), bytes };
}

const ANCHOR_UNIX_NANOS = BigInt(ANCHOR_UNIX_MILLIS * 1e3) * 1000n;

function unixNanos(time: DecodedTime): bigint {
  if (time.clock === 'unix') return time.nanos;
  return ANCHOR_UNIX_NANOS + BigInt(Math.round(time.millis * 1e6));
}

/** The record's span as OTLP has it. An end before the start becomes the start. */
export function expectedSpan(span: DecodedSpan): NormalSpan {
  const start = unixNanos(span.start);
  let end = unixNanos(span.end);
  if (end < start) end = start;
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId ?? '',
    traceState: span.traceState,
    flags: span.traceFlags + 0x100 + (span.parentIsRemote ? 0x200 : 0),
    name: span.name,
    kind: span.kind,
    start: String(start),
    end: String(end),
    attributes: span.attributes.map(expectedAttribute),
    droppedAttributes: span.droppedAttributes,
    events: span.events.map((event) => ({
      time: String(unixNanos(event.time)),
      name: event.name,
      attributes: event.attributes.map(expectedAttribute),
      droppedAttributes: event.droppedAttributes,
    })),
    droppedEvents: span.droppedEvents,
    links: span.links.map((link) => ({
      traceId: link.traceId,
      spanId: link.spanId,
      traceState: link.traceState,
      flags: link.traceFlags + 0x100 + (link.isRemote ? 0x200 : 0),
      attributes: link.attributes.map(expectedAttribute),
      droppedAttributes: link.droppedAttributes,
    })),
    droppedLinks: span.droppedLinks,
    status: { code: span.statusCode, message: span.statusMessage },
  };
}

export function expectedAttribute({ key, value }: DecodedAttribute): NormalAttribute {
  return { key, value: expectedValue(value) };
}

function expectedValue(value: DecodedValue): NormalValue {
  switch (value.type) {
    case 'string':
      return { string: value.value };
    case 'bool':
      return { bool: value.value };
    case 'int':
      return { int: String(value.value) };
    case 'double':
      return { double: value.value };
    case 'bytes':
      return { bytes: Buffer.from(value.value).toString('base64') };
    case 'array':
      return { array: value.items.map(expectedValue) };
    case 'map':
      return { map: value.entries.map(expectedAttribute) };
    default:
      return { empty: true };
  }
}
