// @opentelemetry/core, loaded when first needed: 25 ms and 10 MB which a process that never meets a baggage header does
// not pay (docs/decisions/0011-lazy-opentelemetry-core.md). Thread: producer. Caller: baggage.ts.

import { createRequire } from 'node:module';

type CorePackage = typeof import('@opentelemetry/core');

let loaded: CorePackage | undefined;

export function corePackage(): CorePackage {
  loaded ??= createRequire(import.meta.url)('@opentelemetry/core') as CorePackage;
  return loaded;
}
