// The only file of main that imports piscina: pools of threads. Thread: main. Callers: worker-host.ts, with a pool of one
// thread for each lane; blocking/task-thread-host.ts, whose threads run tasks of the application.

import { Piscina } from 'piscina';

export type ThreadPool = Piscina;
export type ThreadPoolOptions = NonNullable<ConstructorParameters<typeof Piscina>[0]>;

/** Throws if a thread that has to be there at once cannot be made. */
export function createThreadPool(options: ThreadPoolOptions): ThreadPool {
  return new Piscina(options);
}
