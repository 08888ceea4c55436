// The shop needs packages that offloop itself does not depend on. Called by the demo before anything is started.

import { createRequire } from 'node:module';
import { shopFile } from './shop.js';

const PACKAGES: Readonly<Record<string, string>> = {
  express: 'express@5',
  '@opentelemetry/api': '@opentelemetry/api',
  '@opentelemetry/instrumentation': '@opentelemetry/instrumentation',
  '@opentelemetry/instrumentation-express': '@opentelemetry/instrumentation-express',
  '@opentelemetry/instrumentation-http': '@opentelemetry/instrumentation-http',
  '@opentelemetry/instrumentation-undici': '@opentelemetry/instrumentation-undici',
};

/** What to give to `npm install`; empty where all is there. */
export function missingPackages(): string[] {
  const { resolve } = createRequire(shopFile('server.js'));
  return Object.keys(PACKAGES)
    .filter((name) => {
      try {
        resolve(name);
        return false;
      } catch {
        return true;
      }
    })
    .map((name) => PACKAGES[name] as string);
}
