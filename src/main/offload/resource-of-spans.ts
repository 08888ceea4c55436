// The resource that spans of another SDK carry: waiting for what it still detects, and its bytes for the workers.
// Thread: main. Caller: offload-pipeline.ts.

import type { AnyValue } from '../../shared/codec/any-value.js';
import { encodeResourceBlob } from '../../shared/codec/blobs.js';
import { report } from '../lifecycle/diagnostics.js';
import { utf8WriteFor } from '../lifecycle/producer-thread.js';
import type { Recording } from '../record/recording.js';
import type { ReadableSpan } from '../sdk/types.js';
import { ReadableAttributes } from './readable-attributes.js';

/** Detectors ask metadata services of clouds, whose own time-outs are one or two seconds. */
export const RESOURCE_WAIT_MILLIS_MAX = 5000;

type Resource = ReadableSpan['resource'] | undefined;

export function isPending(resource: Resource): boolean {
  try {
    return resource?.asyncAttributesPending === true && typeof resource.waitForAsyncAttributes === 'function';
  } catch {
    return false;
  }
}

/** Resolves when all attributes are there, or have been waited for long enough. Keeps no process alive. */
export async function settledResource(resource: Resource): Promise<void> {
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(() => {
    report(
      'warn',
      'resource',
      `resource attributes were still being detected after ${RESOURCE_WAIT_MILLIS_MAX} ms; spans are exported without them`,
    );
    late.resolve();
  }, RESOURCE_WAIT_MILLIS_MAX);
  timer.unref();
  try {
    await Promise.race([resource?.waitForAsyncAttributes?.(), late.promise]);
  } catch (error) {
    report('warn', 'resource', `resource attributes could not be detected: ${String(error)}`);
  } finally {
    clearTimeout(timer);
  }
}

/** What is known of it now. */
export function blobOf(resource: Resource, recording: Recording): Uint8Array {
  const list = new ReadableAttributes(recording);
  let schemaUrl: unknown;
  try {
    list.fill(resource?.attributes, recording);
    schemaUrl = resource?.schemaUrl;
  } catch {
    recording.countInvalidAttribute();
  }
  const attributes: [string, AnyValue][] = list.keys.map((key, i) => [key, list.values[i]]);
  return encodeResourceBlob(
    { schemaUrl: typeof schemaUrl === 'string' ? schemaUrl : '', attributes },
    utf8WriteFor,
  );
}
