// Sets up the application's instrumentations, as far as it has installed some. Thread: main (and each application thread
// that preloads). Caller: register.ts, after the providers are global (@opentelemetry/api has no proxy for meters).
//
//   OFFLOOP_INSTRUMENTATIONS=none        nothing
//   OFFLOOP_INSTRUMENTATIONS=http,pg     these packages, if they are installed
//   otherwise                            @opentelemetry/auto-instrumentations-node, if it is installed; of it what
//                                        OTEL_NODE_ENABLED_INSTRUMENTATIONS, OTEL_NODE_DISABLED_INSTRUMENTATIONS leave
//
// Nothing is loaded when nothing is installed: looking takes 0.5 ms. Whatever fails is a warning.

import type { Environment } from '../../shared/config/settings.js';
import { causeOf, report } from '../lifecycle/diagnostics.js';
import { bridgeApiLogs } from './api-logs-bridge.js';
import { ApplicationModules, findFrom, load } from './application-modules.js';
import { installEsmHook } from './esm-hook.js';
import { type Instrumentation, loadSingles, packageNameOf, type Singles } from './single-instrumentations.js';

const METAPACKAGE = '@opentelemetry/auto-instrumentations-node';
const NAMES_MAX = 256;

interface Metapackage {
  getNodeAutoInstrumentations(): Instrumentation[];
}

interface InstrumentationPackage {
  registerInstrumentations(options: { instrumentations: readonly Instrumentation[] }): void;
}

export function setUpInstrumentations(environment: Environment): void {
  try {
    const modules = new ApplicationModules(process.argv[1], process.cwd());
    if (modules.find('@opentelemetry/api-logs') !== undefined) bridgeApiLogs();
    const { instrumentations, base } = choose(environment, modules);
    if (instrumentations.length === 0 || base === undefined) return;
    hookEsm(base, instrumentations);
    const instrumentation = findFrom(base, '@opentelemetry/instrumentation');
    if (instrumentation === undefined) throw new Error('@opentelemetry/instrumentation is not installed');
    (load(instrumentation) as InstrumentationPackage).registerInstrumentations({ instrumentations });
  } catch (error) {
    warn(`no instrumentations: ${causeOf(error)}`);
  }
}

function choose(environment: Environment, modules: ApplicationModules): Singles {
  const named = namesOf(environment.OFFLOOP_INSTRUMENTATIONS);
  if (named.some((name) => name.toLowerCase() === 'none')) return { instrumentations: [], base: undefined };
  const metapackage = modules.find(METAPACKAGE);
  const enabled = namesOf(environment.OTEL_NODE_ENABLED_INSTRUMENTATIONS);
  if (named.length === 0 && metapackage === undefined) return { instrumentations: [], base: undefined };
  if (named.length === 0 && enabled.length === 0 && metapackage !== undefined) {
    // It reads OTEL_NODE_DISABLED_INSTRUMENTATIONS itself, and says so if it knows a name in it not.
    const { getNodeAutoInstrumentations } = load(metapackage) as Metapackage;
    return { instrumentations: getNodeAutoInstrumentations(), base: metapackage };
  }
  const disabled = new Set(namesOf(environment.OTEL_NODE_DISABLED_INSTRUMENTATIONS).map(packageNameOf));
  const allowed = new Set(enabled.map(packageNameOf));
  const wanted = named.length === 0 ? enabled : named;
  const left = wanted.filter((name) => {
    const packageName = packageNameOf(name);
    return !disabled.has(packageName) && (allowed.size === 0 || allowed.has(packageName));
  });
  warnUnknown([...disabled, ...allowed], wanted.map(packageNameOf), modules, metapackage);
  return loadSingles(left, modules, metapackage, warn);
}

/** Names in the lists of OTEL_NODE_* which are neither wanted nor installed are most likely misspelt. */
function warnUnknown(
  names: readonly string[],
  wanted: readonly string[],
  modules: ApplicationModules,
  metapackage: string | undefined,
): void {
  for (const name of names) {
    if (wanted.includes(name) || modules.find(name) !== undefined) continue;
    if (metapackage !== undefined && findFrom(metapackage, name) !== undefined) continue;
    warn(`the instrumentation ${JSON.stringify(name)} of the OTEL_NODE_* variables is not installed`);
  }
}

/** Applications of CommonJS are instrumented without it. */
function hookEsm(base: string, instrumentations: readonly Instrumentation[]): void {
  try {
    installEsmHook(base, instrumentations);
  } catch (error) {
    warn(`ES modules are not instrumented, only what is required: ${causeOf(error)}`);
  }
}

function namesOf(variable: string | undefined): string[] {
  const names = (variable ?? '').split(',', NAMES_MAX).map((name) => name.trim());
  return [...new Set(names.filter((name) => name !== ''))];
}

function warn(message: string): void {
  report('warn', message, message);
}
