// References to entities in OTLP: field 3 of the Resource message, `entityRefs` in JSON. Worker thread, once per resource.
// Callers: scope-message.ts, json-encoder.ts. OTLP: opentelemetry.proto.common.v1.EntityRef (Development).

import type { EntityRef } from '../../shared/codec/entity-refs.js';
import { LENGTH_BYTES_MAX, type ProtobufWriter } from './protobuf-writer.js';

const TAG_ENTITY_REF = 0x1a;
const TAG_SCHEMA_URL = 0x0a;
const TAG_TYPE = 0x12;
const TAG_ID_KEY = 0x1a;
const TAG_DESCRIPTION_KEY = 0x22;

/** With what every request begins that the serializer has written. */
const RESOURCE_START = '{"resourceSpans":[{"resource":{';

/** False at the output's hard cap. */
export function writeEntities(out: ProtobufWriter, entities: readonly EntityRef[]): boolean {
  return entities.every((entity) => writeEntity(out, entity));
}

function writeEntity(out: ProtobufWriter, entity: EntityRef): boolean {
  const { schemaUrl, type, idKeys, descriptionKeys } = entity;
  if (!out.reserve(2)) return false;
  out.bytes[out.pos++] = TAG_ENTITY_REF;
  const lengthAt = out.pos++;
  return (
    (schemaUrl === '' || writeText(out, TAG_SCHEMA_URL, schemaUrl)) &&
    writeText(out, TAG_TYPE, type) &&
    idKeys.every((key) => writeText(out, TAG_ID_KEY, key)) &&
    descriptionKeys.every((key) => writeText(out, TAG_DESCRIPTION_KEY, key)) &&
    out.endMessage(lengthAt, 1)
  );
}

function writeText(out: ProtobufWriter, tag: number, text: string): boolean {
  const bytes = Buffer.from(text);
  if (!out.reserve(1 + LENGTH_BYTES_MAX + bytes.length)) return false;
  out.bytes[out.pos++] = tag;
  out.varint(bytes.length);
  out.bytes.set(bytes, out.pos);
  out.pos += bytes.length;
  return true;
}

/** A field with its comma; undefined for none. */
export function entityRefsJson(entities: readonly EntityRef[]): Uint8Array | undefined {
  if (entities.length === 0) return undefined;
  const refs = entities.map(({ schemaUrl, ...rest }) => (schemaUrl === '' ? rest : { schemaUrl, ...rest }));
  return Buffer.from(`"entityRefs":${JSON.stringify(refs)},`);
}

/** Put in front of the resource's other fields, of which there always are some. All spans have one resource. */
export function withEntityRefs(request: Uint8Array, entityRefs: Uint8Array | undefined): Uint8Array {
  const at = RESOURCE_START.length;
  const start = Buffer.from(request.buffer, request.byteOffset, Math.min(request.length, at)).toString(
    'latin1',
  );
  if (entityRefs === undefined || start !== RESOURCE_START) return request;
  // Memory of its own: a small Buffer would lie in the pool that all of Node shares.
  const whole = new Uint8Array(request.length + entityRefs.length);
  whole.set(request.subarray(0, at));
  whole.set(entityRefs, at);
  whole.set(request.subarray(at), at + entityRefs.length);
  return whole;
}
