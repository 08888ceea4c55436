// The resource of this process as the blob that every worker gets. Thread: main, once at start. Caller: runtime.ts.
// Specification: Resource SDK, "SDK-provided resource attributes"; semantic conventions, "Telemetry SDK", "Service".

import type { AnyValue } from '../../shared/codec/any-value.js';
import { encodeResourceBlob } from '../../shared/codec/blobs.js';
import type { ResolvedConfig } from '../../shared/config/resolved-config.js';
import { OFFLOOP_VERSION } from '../../shared/version.js';
import { utf8WriteFor } from './producer-thread.js';

/** Attributes in ascending strength: defaults, then what was configured. */
export function resourceAttributes(config: ResolvedConfig): Map<string, AnyValue> {
  const attributes = new Map<string, AnyValue>([
    ['service.name', `unknown_service:${process.argv0.split(/[\\/]/).pop() || 'node'}`],
    ['telemetry.sdk.name', 'offloop'],
    ['telemetry.sdk.language', 'nodejs'],
    ['telemetry.sdk.version', OFFLOOP_VERSION],
    ['process.pid', process.pid],
    ['process.runtime.name', 'nodejs'],
    ['process.runtime.version', process.versions.node],
  ]);
  for (const [key, value] of Object.entries(config.resourceAttributes)) attributes.set(key, value);
  if (config.serviceName !== undefined) attributes.set('service.name', config.serviceName);
  return attributes;
}

export function resourceBlob(config: ResolvedConfig): Uint8Array {
  return encodeResourceBlob({ schemaUrl: '', attributes: [...resourceAttributes(config)] }, utf8WriteFor);
}
