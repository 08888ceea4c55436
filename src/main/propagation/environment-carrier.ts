// Environment variables as a carrier: between a process and those it starts. Thread: any. Callers: users through
// `offloop/sdk`. Specification: Environment Variables as Context Propagation Carriers (release candidate).
//
// Any propagator works with it. Nothing here starts a process or writes to `process.env`: the setter writes to the
// object that it is given, which goes to `spawn` as `env`. As in @opentelemetry/propagator-env-carrier the getter needs no
// carrier, and the setter may have its own.

import type { TextMapGetter, TextMapSetter } from '@opentelemetry/api';

export type EnvironmentCarrier = Record<string, string | undefined>;

const NORMAL_KEY = /^[A-Z_][A-Z0-9_]*$/;

/** `x-b3-traceid` -> `X_B3_TRACEID`: upper case, other characters become `_`, and one before a digit at the start or nothing. */
export function environmentKey(key: string): string {
  const normal = key.toUpperCase().replace(/[^A-Z0-9_]/g, '_');
  return NORMAL_KEY.test(normal) ? normal : `_${normal}`;
}

/** `propagation.extract(context, undefined, new EnvironmentGetter())` reads `process.env`; a carrier is read in its place. */
export class EnvironmentGetter implements TextMapGetter<EnvironmentCarrier | undefined> {
  get(carrier: EnvironmentCarrier | undefined, key: string): string | undefined {
    const value = typeof key === 'string' ? (carrier ?? process.env)[environmentKey(key)] : undefined;
    return typeof value === 'string' ? value : undefined;
  }

  /** Names that a setter could have written. */
  keys(carrier?: EnvironmentCarrier): string[] {
    const env = carrier ?? process.env;
    return Object.keys(env).filter((key) => NORMAL_KEY.test(key) && typeof env[key] === 'string');
  }
}

/**
 * `propagation.inject(context, env, new EnvironmentSetter())` with `env = { ...process.env }`, or
 * `propagation.inject(context, undefined, new EnvironmentSetter(env))`.
 */
export class EnvironmentSetter implements TextMapSetter<EnvironmentCarrier | undefined> {
  readonly #carrier: EnvironmentCarrier | undefined;

  /** `carrier` is written to, whatever `inject` is called with. */
  constructor(carrier?: EnvironmentCarrier) {
    this.#carrier = carrier;
  }

  set(carrier: EnvironmentCarrier | undefined, key: string, value: string): void {
    const target = this.#carrier ?? carrier;
    if (typeof target !== 'object' || target === null || typeof key !== 'string') return;
    // No variable can hold a NUL.
    if (typeof value === 'string' && !value.includes('\0')) target[environmentKey(key)] = value;
  }
}
