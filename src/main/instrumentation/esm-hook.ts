// The loader hook that lets instrumentations patch ES modules: import-in-the-middle, the copy that the instrumentations
// themselves use. Thread: main, once at start. Caller: instrumentations.ts.
//
// Two ways. On this thread (module.registerHooks), where Node can: nothing to wait for, no thread, and offloop's export
// workers do not have it. Else on a loader thread (module.register), as OpenTelemetry JS does it.
// Only modules that are instrumented are wrapped. The official loader wraps all of them, and every wrapped module costs
// a second parse, and breaks where its exports cannot be told beforehand.

import { builtinModules, isBuiltin, register } from 'node:module';
import { pathToFileURL } from 'node:url';
import { findFrom, load } from './application-modules.js';
import type { Instrumentation } from './single-instrumentations.js';

interface SynchronousHooks {
  supportsSyncHooks(): boolean;
  register(options: { include: (string | RegExp)[] }): void;
}

/** `base`: a file from which @opentelemetry/instrumentation can be found. */
export function installEsmHook(base: string, instrumentations: readonly Instrumentation[]): void {
  const include = includedModules(instrumentations);
  if (include.length === 0) return;
  const instrumentation = findFrom(base, '@opentelemetry/instrumentation');
  if (instrumentation === undefined) throw new Error('@opentelemetry/instrumentation is not installed');
  const hooks = findFrom(instrumentation, 'import-in-the-middle/register-hooks.mjs');
  if (hooks !== undefined) {
    const synchronous = load(hooks) as SynchronousHooks;
    if (synchronous.supportsSyncHooks()) {
      synchronous.register({ include });
      return;
    }
  }
  register('@opentelemetry/instrumentation/hook.mjs', pathToFileURL(instrumentation), { data: { include } });
}

/** Names of built-ins; for packages whatever lies in their folder, since files inside are patched too. */
export function includedModules(instrumentations: readonly Instrumentation[]): (string | RegExp)[] {
  const include = new Set<string>();
  const folders = new Set<string>();
  for (const instrumentation of instrumentations) {
    for (const { name } of instrumentation.getModuleDefinitions?.() ?? []) {
      if (isBuiltin(name)) include.add(bareName(name)).add(`node:${bareName(name)}`);
      else folders.add(packageOf(name));
    }
  }
  const patterns = [...folders].map((folder) => new RegExp(`/node_modules/${escapeRegExp(folder)}/`));
  return [...include, ...patterns];
}

function bareName(name: string): string {
  const bare = name.replace(/^node:/, '');
  return builtinModules.includes(bare) ? bare : name;
}

function packageOf(name: string): string {
  return name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
