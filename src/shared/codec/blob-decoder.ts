// Scope and resource blobs -> their fields; the counterpart of blobs.ts. Any thread, not hot: once per scope and
// worker. Undefined for a damaged blob.

import { decodeAttributes } from './attribute-decoder.js';
import type { DecodedResource, DecodedScope } from './decoded-span.js';
import { readEntityRefs } from './entity-refs.js';
import { type InternedTexts, RecordCursor } from './record-cursor.js';

/** Blobs refer to no arena id: they are read where no arena is. */
const NO_TEXTS: InternedTexts = { text: () => undefined };

export function decodeScopeBlob(blob: Uint8Array): DecodedScope | undefined {
  const cursor = blobCursor(blob);
  const name = cursor.string();
  const version = cursor.string();
  const schemaUrl = cursor.string();
  const attributes = decodeAttributes(cursor, cursor.word());
  return cursor.broken ? undefined : { name, version, schemaUrl, attributes };
}

export function decodeResourceBlob(blob: Uint8Array): DecodedResource | undefined {
  const cursor = blobCursor(blob);
  const schemaUrl = cursor.string();
  const attributes = decodeAttributes(cursor, cursor.word());
  const entities = readEntityRefs(cursor);
  if (cursor.broken) return undefined;
  return entities.length === 0 ? { schemaUrl, attributes } : { schemaUrl, attributes, entities };
}

/** Words over a copy: a blob inside another buffer need not be aligned, and a shared one may not be decoded. */
export function blobWords(blob: Uint8Array): Int32Array<ArrayBuffer> {
  const words = new Int32Array((blob.length + 3) >> 2);
  new Uint8Array(words.buffer).set(blob);
  return words;
}

function blobCursor(blob: Uint8Array): RecordCursor {
  return cursorAt(blobWords(blob), 0);
}

/** Over what is left of a blob's words from `at` on. */
export function cursorAt(words: Int32Array<ArrayBuffer>, at: number): RecordCursor {
  return new RecordCursor(words, new Uint8Array(words.buffer), at, words.length, NO_TEXTS);
}
