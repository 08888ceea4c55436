// Instrumentation packages one by one, instead of all that auto-instrumentations-node brings: three of them load in 70 ms
// where all of them take 200. Thread: main, once at start. Caller: instrumentations.ts.

import { causeOf } from '../lifecycle/diagnostics.js';
import { type ApplicationModules, findFrom, load } from './application-modules.js';

/** What `registerInstrumentations` and the hook need of an instrumentation; see @opentelemetry/instrumentation. */
export interface Instrumentation {
  readonly instrumentationName: string;
  getModuleDefinitions?(): readonly { readonly name: string }[];
}

type InstrumentationClass = new () => Instrumentation;

export const PACKAGE_PREFIX = '@opentelemetry/instrumentation-';

/** `http` stands for `@opentelemetry/instrumentation-http`; a package of somebody else has its own name. */
export function packageNameOf(name: string): string {
  return /^[a-z0-9][a-z0-9.-]*$/.test(name) ? `${PACKAGE_PREFIX}${name}` : name;
}

export interface Singles {
  readonly instrumentations: Instrumentation[];
  /** A file of a package that depends on @opentelemetry/instrumentation, to find it from. */
  readonly base: string | undefined;
}

/**
 * `metapackage` is the file of auto-instrumentations-node, if it is installed: its dependencies need not be visible to the
 * application. `warn` gets one sentence for each name that gives nothing.
 */
export function loadSingles(
  names: readonly string[],
  modules: ApplicationModules,
  metapackage: string | undefined,
  warn: (message: string) => void,
): Singles {
  const instrumentations: Instrumentation[] = [];
  let base: string | undefined;
  for (const name of names) {
    const packageName = packageNameOf(name);
    const file =
      modules.find(packageName) ??
      modules.find(name) ??
      (metapackage === undefined ? undefined : findFrom(metapackage, packageName));
    if (file === undefined) {
      warn(
        `the instrumentation ${JSON.stringify(name)} is not installed: there is no package ${packageName}`,
      );
      continue;
    }
    try {
      const classes = instrumentationClasses(load(file));
      if (classes.length === 0) warn(`the package ${packageName} exports no instrumentation`);
      for (const Instance of classes) instrumentations.push(new Instance());
      base ??= file;
    } catch (error) {
      warn(`the instrumentation ${packageName} cannot be loaded: ${causeOf(error)}`);
    }
  }
  return { instrumentations, base };
}

/** Exported classes with an instrumentation's methods; base classes of another exported one are not meant to be used. */
export function instrumentationClasses(exports: unknown): InstrumentationClass[] {
  if ((typeof exports !== 'object' && typeof exports !== 'function') || exports === null) return [];
  const candidates = new Set<InstrumentationClass>();
  for (const value of [exports, ...Object.values(exports)]) {
    if (isInstrumentationClass(value)) candidates.add(value);
  }
  const all = [...candidates];
  return all.filter((candidate) => !all.some((other) => other.prototype instanceof candidate));
}

function isInstrumentationClass(value: unknown): value is InstrumentationClass {
  if (typeof value !== 'function') return false;
  const prototype = value.prototype as Record<string, unknown> | undefined;
  return typeof prototype?.setTracerProvider === 'function' && typeof prototype.getConfig === 'function';
}
