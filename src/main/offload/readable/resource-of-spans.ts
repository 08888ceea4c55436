// The resource that spans of another SDK carry, as bytes for the workers: what is known of it at once, and all of it when
// its detectors are done. Thread: main. Caller: offload-pipeline.ts.

import type { AnyValue } from '../../../shared/codec/any-value.js';
import { encodeResourceBlob } from '../../../shared/codec/blobs.js';
import { RESOURCE_WAIT_MILLIS } from '../../../shared/limits.js';
import { causeOf, report } from '../../lifecycle/diagnostics.js';
import { utf8WriteFor } from '../../lifecycle/producer-thread.js';
import type { Recording } from '../../record/recording.js';
import { entityRefsOf, foreignEntities } from '../../resource/resource-entities.js';
import type { ReadableSpan } from '../../sdk/types.js';
import { ReadableAttributes } from './readable-attributes.js';

type Resource = ReadableSpan['resource'] | undefined;

/** What the resources of OTel JS have besides their interface. */
interface RawAttributes {
  getRawAttributes?(): readonly (readonly [string, unknown])[];
}

/** Resolves when all attributes are there, or were waited for long enough; undefined if they are there. */
export function settledResource(resource: Resource): Promise<void> | undefined {
  try {
    if (resource?.asyncAttributesPending !== true) return undefined;
    return inTime(Promise.resolve(resource.waitForAsyncAttributes?.()));
  } catch (error) {
    reportDetection(error);
    return undefined;
  }
}

/** Keeps no process alive. */
async function inTime(detection: Promise<void>): Promise<void> {
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(late.resolve, RESOURCE_WAIT_MILLIS);
  timer.unref();
  try {
    await Promise.race([detection, late.promise]);
  } catch (error) {
    reportDetection(error);
  } finally {
    clearTimeout(timer);
  }
}

function reportDetection(error: unknown): void {
  report('warn', 'resource', `resource attributes could not be detected: ${causeOf(error)}`);
}

/** What is known of it now. */
export function blobOf(resource: Resource, recording: Recording): Uint8Array {
  const list = new ReadableAttributes(recording);
  let schemaUrl: unknown;
  try {
    list.fill(attributesOf(resource), recording);
    schemaUrl = resource?.schemaUrl;
  } catch {
    recording.countInvalidAttribute();
  }
  const attributes: [string, AnyValue][] = list.keys.map((key, i) => [key, list.values[i]]);
  const entities = foreignEntities(entitiesOf(resource), (key) => list.keys.includes(key));
  return encodeResourceBlob(
    {
      schemaUrl: typeof schemaUrl === 'string' ? schemaUrl : '',
      attributes,
      entities: entityRefsOf(entities),
    },
    utf8WriteFor,
  );
}

/** What a Resource of `offloop/sdk` may have, and those of others not yet. Undefined also if asking for it throws. */
export function entitiesOf(resource: Resource): unknown {
  try {
    return (resource as { entities?: unknown } | undefined)?.entities;
  } catch {
    return undefined;
  }
}

/** Asked for `attributes` too early, OTel JS logs an error. The first of several values of one key counts. */
function attributesOf(resource: Resource): unknown {
  const raw = (resource as RawAttributes | undefined)?.getRawAttributes;
  if (resource?.asyncAttributesPending !== true || typeof raw !== 'function') return resource?.attributes;
  const attributes: Record<string, unknown> = Object.create(null);
  for (const [key, value] of raw.call(resource)) {
    if (key in attributes || typeof (value as { then?: unknown } | null)?.then === 'function') continue;
    attributes[key] = value;
  }
  return attributes;
}
