// The only file of main that imports piscina: pools of threads. Thread: main. Callers: worker-host.ts, with a pool of one
// thread for each lane; blocking/task-thread-host.ts, whose threads run tasks of the application.

import type { Piscina } from 'piscina';
import { requireFromPackage } from '../package/installed-package.js';

export type ThreadPool = Piscina;
export type ThreadPoolOptions = NonNullable<ConstructorParameters<typeof Piscina>[0]>;
type PiscinaPackage = typeof import('piscina');

/** Not an import: bundled into an application it would not find its own files. */
let loaded: PiscinaPackage | undefined;

/** Throws if a thread that has to be there at once cannot be made. */
export function createThreadPool(options: ThreadPoolOptions): ThreadPool {
  loaded ??= requireFromPackage('piscina') as PiscinaPackage;
  return new loaded.Piscina(options);
}
