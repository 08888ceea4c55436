// References to entities at the end of a resource blob, which has none if it ends before. Any thread, once per resource.
// Callers: blobs.ts writes; blob-decoder.ts and worker/encode/scope-message.ts read.
//
//   u32 entity count, of each: string schema URL, string type, u32 count and strings of id keys, the same of description keys

import { stringBytesMax } from './any-value.js';
import type { RecordCursor } from './record-cursor.js';
import type { RecordWriter } from './record-writer.js';

/** What OTLP says of an entity: its attributes are among those of the resource. */
export interface EntityRef {
  /** Empty: none. */
  readonly schemaUrl: string;
  readonly type: string;
  readonly idKeys: readonly string[];
  readonly descriptionKeys: readonly string[];
}

export function entityRefsBytesMax(entities: readonly EntityRef[]): number {
  let bytes = entities.length === 0 ? 0 : 4;
  for (const { schemaUrl, type, idKeys, descriptionKeys } of entities) {
    bytes += 8;
    for (const text of [schemaUrl, type, ...idKeys, ...descriptionKeys]) bytes += stringBytesMax(text.length);
  }
  return bytes;
}

/** Returns the word behind them. */
export function writeEntityRefs(writer: RecordWriter, start: number, entities: readonly EntityRef[]): number {
  if (entities.length === 0) return start;
  let at = start;
  const list = (texts: readonly string[]): void => {
    writer.words[at++] = texts.length;
    for (const text of texts) at = writer.string(at, text);
  };
  writer.words[at++] = entities.length;
  for (const { schemaUrl, type, idKeys, descriptionKeys } of entities) {
    at = writer.string(at, schemaUrl);
    at = writer.string(at, type);
    list(idKeys);
    list(descriptionKeys);
  }
  return at;
}

/** Of a damaged blob whatever, and `cursor.broken`. */
export function readEntityRefs(cursor: RecordCursor): EntityRef[] {
  const entities: EntityRef[] = [];
  if (cursor.at >= cursor.end) return entities;
  for (let left = cursor.count(); left > 0 && !cursor.broken; left--) {
    const schemaUrl = cursor.string();
    const type = cursor.string();
    entities.push({ schemaUrl, type, idKeys: strings(cursor), descriptionKeys: strings(cursor) });
  }
  return entities;
}

function strings(cursor: RecordCursor): string[] {
  const texts: string[] = [];
  for (let left = cursor.count(); left > 0 && !cursor.broken; left--) texts.push(cursor.string());
  return texts;
}
