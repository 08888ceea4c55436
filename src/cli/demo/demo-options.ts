// The arguments of `offloop demo`, and where its spans shall go. Called by demo-command.ts.

import { parseArgs } from 'node:util';
import { resolveConfig } from '../../shared/config/resolve.js';
import type { OtlpProtocol } from '../../shared/config/resolved-config.js';
import type { Environment } from '../../shared/config/settings.js';
import { UsageError } from '../usage.js';

const SECONDS_DEFAULT = 10;
const SECONDS_MAX = 3_600;
const CLIENTS_DEFAULT = 8;
const CLIENTS_MAX = 256;

export interface DemoOptions {
  readonly seconds: number;
  readonly clients: number;
}

export function parseDemoOptions(args: string[]): DemoOptions {
  const { values } = parseArgs({
    args,
    options: { seconds: { type: 'string' }, clients: { type: 'string' } },
  });
  return {
    seconds: parseCount('--seconds', values.seconds, SECONDS_DEFAULT, SECONDS_MAX),
    clients: parseCount('--clients', values.clients, CLIENTS_DEFAULT, CLIENTS_MAX),
  };
}

function parseCount(option: string, value: string | undefined, fallback: number, max: number): number {
  if (value === undefined) return fallback;
  if (/^\d{1,9}$/.test(value) && Number(value) >= 1 && Number(value) <= max) return Number(value);
  throw new UsageError(`${option} is ${JSON.stringify(value)}, it must be a whole number from 1 to ${max}`);
}

export interface DemoTarget {
  readonly protocol: OtlpProtocol;
  readonly workers: number;
  /** The URL that the environment names; undefined: the demo brings its own receiver. */
  readonly external: string | undefined;
  /** Wrong variables, which the services will not use either. */
  readonly warnings: readonly string[];
}

export function resolveDemoTarget(environment: Environment): DemoTarget {
  // As offloop/register resolves it in the services.
  const { config, warnings } = resolveConfig(undefined, environment, 'lenient');
  const isSet = (name: string) => (environment[name] ?? '').trim() !== '';
  const external = isSet('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT') || isSet('OTEL_EXPORTER_OTLP_ENDPOINT');
  return {
    protocol: config.exporter.protocol,
    workers: config.workers,
    external: external ? config.exporter.url : undefined,
    warnings,
  };
}
