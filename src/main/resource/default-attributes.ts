// What every resource has, and what is said when nobody says anything else. Thread: main. Callers:
// process-resource.ts, sdk-resource.ts. Specification: Resource SDK, "SDK-provided resource attributes"; semantic
// conventions, Telemetry SDK, Service.

import { OFFLOOP_VERSION } from '../../shared/version.js';

export function defaultAttributes(): Record<string, string> {
  return {
    'service.name': defaultServiceName(),
    // Reserved for the official SDK is `opentelemetry`.
    'telemetry.sdk.name': 'offloop',
    'telemetry.sdk.language': 'nodejs',
    'telemetry.sdk.version': OFFLOOP_VERSION,
  };
}

export function defaultServiceName(argv0 = process.argv0): string {
  const executable = argv0.split(/[\\/]/).pop();
  return executable ? `unknown_service:${executable}` : 'unknown_service';
}
