// Batches wait until the attributes of their resource that are detected asynchronously are there; a detector that hangs delays
// them by a bounded time, once. Thread: the user's. Caller: span-queue.ts.

import type { Resource } from '@opentelemetry/resources';
import type { ReadableSpan } from '../../sdk/types.js';
import { reportError, toError, warn } from '../processor-diagnostics.js';
import { setUnrefTimer } from './export-call.js';

/** Detectors ask metadata services of clouds, whose own time-outs are one or two seconds. */
export const RESOURCE_WAIT_MILLIS_MAX = 5000;

/** Resources that were waited for in vain: the next batch goes out with what is known. */
const givenUp = new WeakSet<Resource>();

/** Calls `proceed` once; at once if there is nothing to wait for. Spans without those attributes are better than none. */
export function afterResources(
  spans: readonly ReadableSpan[],
  timeoutMillis: number,
  proceed: () => void,
): void {
  const pending = pendingResources(spans);
  if (pending.size === 0) {
    proceed();
    return;
  }
  const waitMillis = Math.min(timeoutMillis, RESOURCE_WAIT_MILLIS_MAX);
  let waiting = true;
  const go = (): void => {
    if (!waiting) return;
    waiting = false;
    clearTimeout(timer);
    proceed();
  };
  const timer = setUnrefTimer(() => {
    for (const resource of pending) givenUp.add(resource);
    warn(
      `resource attributes were still being detected after ${waitMillis} ms; spans are exported without them.`,
    );
    go();
  }, waitMillis);
  Promise.all([...pending].map(settled)).then(go);
}

function pendingResources(spans: readonly ReadableSpan[]): Set<Resource> {
  const pending = new Set<Resource>();
  let last: Resource | undefined;
  try {
    for (const { resource } of spans) {
      if (resource === last) continue;
      last = resource;
      if (resource?.asyncAttributesPending && !givenUp.has(resource)) pending.add(resource);
    }
  } catch (thrown) {
    // Spans and resources may be the user's own, with getters.
    reportError(toError(thrown));
  }
  return pending;
}

async function settled(resource: Resource): Promise<void> {
  try {
    await resource.waitForAsyncAttributes?.();
  } catch (thrown) {
    reportError(toError(thrown));
  }
}
