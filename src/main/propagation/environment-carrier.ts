// Environment variables as a carrier: between a process and those it starts. Thread: any. Callers: users through
// `offloop/sdk`. Specification: Environment Variables as Context Propagation Carriers (release candidate).
//
// Any propagator works with it. Nothing here starts a process or writes to `process.env`: the setter writes to the
// object that it is given, which goes to `spawn` as `env`.

import type { TextMapGetter, TextMapSetter } from '@opentelemetry/api';

export type EnvironmentCarrier = Record<string, string | undefined>;

/** `x-b3-traceid` -> `X_B3_TRACEID`: upper case, other characters become `_`, and one before a digit at the start. */
export function environmentKey(key: string): string {
  const normal = key.toUpperCase().replace(/[^A-Z0-9_]/g, '_');
  return /^[0-9]/.test(normal) ? `_${normal}` : normal;
}

/** `propagation.extract(context, process.env, new EnvironmentGetter())` */
export class EnvironmentGetter implements TextMapGetter<EnvironmentCarrier> {
  get(carrier: EnvironmentCarrier, key: string): string | undefined {
    const value = carrier?.[environmentKey(key)];
    return typeof value === 'string' ? value : undefined;
  }

  keys(carrier: EnvironmentCarrier): string[] {
    return Object.keys(carrier ?? {});
  }
}

/** `propagation.inject(context, env, new EnvironmentSetter())` with `env = { ...process.env }` */
export class EnvironmentSetter implements TextMapSetter<EnvironmentCarrier> {
  set(carrier: EnvironmentCarrier, key: string, value: string): void {
    const name = environmentKey(key);
    // No variable can have an empty name, or hold a NUL.
    if (name !== '' && typeof value === 'string' && !value.includes('\0')) carrier[name] = value;
  }
}
