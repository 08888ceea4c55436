// Scope and resource blobs -> the constant parts of a request: everything of a ScopeSpans or ResourceSpans message
// except what it groups. Worker thread, once per scope and producer. Callers: dictionary.ts, transcoder.ts.

import { blobWords, cursorAt } from '../../shared/codec/blob-decoder.js';
import { readEntityRefs } from '../../shared/codec/entity-refs.js';
import { writeAttributes, writeStringField } from './attribute-transcoder.js';
import { writeEntities } from './entity-encoder.js';
import { ProtobufWriter } from './protobuf-writer.js';
import { RecordSource } from './record-source.js';

const INITIAL_BYTES = 512;
/** A blob comes from the arena or from start-up: both are far smaller. */
const MESSAGE_BYTES_MAX = 128 * 1024 * 1024;

/** Field 1 and 3 of ScopeSpans and of ResourceSpans, with their tags. */
export interface EncodedParts {
  /** The InstrumentationScope or Resource message. */
  readonly head: Uint8Array;
  /** The schema URL; empty if there is none. */
  readonly schemaUrl: Uint8Array;
}

export interface EncodedScope extends EncodedParts {
  /** Equal for equal scopes, whichever producer they came from. */
  readonly key: string;
  /** The blob, for the JSON encoder. */
  readonly blob: Uint8Array;
}

const TAG_MESSAGE = 0x0a;
const TAG_SCHEMA_URL = 0x1a;
const TAG_SCOPE_NAME = 0x0a;
const TAG_SCOPE_VERSION = 0x12;
const TAG_SCOPE_ATTRIBUTE = 0x1a;
const TAG_RESOURCE_ATTRIBUTE = 0x0a;

/** Three empty strings and no attributes. */
const EMPTY_BLOB_BYTES = 16;

/** What spans without a scope are grouped under. */
export const EMPTY_SCOPE: EncodedScope = {
  head: Uint8Array.of(TAG_MESSAGE, 0),
  schemaUrl: new Uint8Array(0),
  key: '\0'.repeat(EMPTY_BLOB_BYTES),
  blob: new Uint8Array(EMPTY_BLOB_BYTES),
};

/** Undefined for a damaged blob. */
export function encodeScope(blob: Uint8Array): EncodedScope | undefined {
  const reader = new BlobReader(blob);
  const writer = reader.writer;
  if (!reader.string(TAG_SCOPE_NAME) || !reader.string(TAG_SCOPE_VERSION)) return undefined;
  const messageEnd = writer.pos;
  if (!reader.string(TAG_SCHEMA_URL)) return undefined;
  const schemaUrl = writer.bytes.slice(messageEnd, writer.pos);
  writer.pos = messageEnd;
  if (!reader.attributes(TAG_SCOPE_ATTRIBUTE)) return undefined;
  const copy = blob.slice();
  return { head: reader.message(), schemaUrl, key: latin1(copy), blob: copy };
}

/** Undefined for a damaged blob. */
export function encodeResource(blob: Uint8Array): EncodedParts | undefined {
  const reader = new BlobReader(blob);
  const writer = reader.writer;
  if (!reader.string(TAG_SCHEMA_URL)) return undefined;
  const schemaUrl = writer.bytes.slice(0, writer.pos);
  writer.pos = 0;
  if (!reader.attributes(TAG_RESOURCE_ATTRIBUTE) || !reader.entities()) return undefined;
  return { head: reader.message(), schemaUrl };
}

class BlobReader {
  readonly writer = new ProtobufWriter(INITIAL_BYTES, MESSAGE_BYTES_MAX);
  readonly #words: Int32Array<ArrayBuffer>;
  readonly #source: RecordSource;
  #at = 0;

  constructor(blob: Uint8Array) {
    this.#words = blobWords(blob);
    this.#source = new RecordSource();
    this.#source.open(this.#words, new Uint8Array(this.#words.buffer), this.#words.length, undefined);
  }

  /** Transcodes a string field, omitted when empty; false if the blob ends before it. */
  string(tag: number): boolean {
    const end = writeStringField(this.writer, this.#source, tag, this.#at);
    if (end < 0) return false;
    this.#at = end;
    return true;
  }

  attributes(tag: number): boolean {
    const { words, end } = this.#source;
    if (this.#at >= end) return false;
    this.#at = writeAttributes(this.writer, this.#source, tag, this.#at + 1, words[this.#at] >>> 0, 0);
    return this.#at >= 0;
  }

  /** What is behind the attributes of a resource. */
  entities(): boolean {
    const cursor = cursorAt(this.#words, this.#at);
    const entities = readEntityRefs(cursor);
    return !cursor.broken && writeEntities(this.writer, entities);
  }

  /** What was written so far as a length-delimited field 1. */
  message(): Uint8Array {
    const content = this.writer.bytes.slice(0, this.writer.pos);
    const framed = new ProtobufWriter(content.length + 16, MESSAGE_BYTES_MAX);
    framed.bytes[framed.pos++] = TAG_MESSAGE;
    framed.varint(content.length);
    framed.bytes.set(content, framed.pos);
    return framed.bytes.slice(0, framed.pos + content.length);
  }
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}
