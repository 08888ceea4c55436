// What all copies of this version of offloop have in common in one thread. An application may have more than one: preloaded from
// node_modules and bundled into its own code, or installed twice. One runs, and all of them record into it.
// Thread: any. Copies of other versions have states of their own: what is in here has the form of one version.

import { OFFLOOP_VERSION } from '../../shared/version.js';

/** The state, made by the first copy that asks for it: importing a door leaves nothing on globalThis. */
export function threadState<State extends object>(name: string, create: () => State): () => State {
  const key = Symbol.for(`offloop ${OFFLOOP_VERSION} ${name}`);
  let known: State | undefined;
  return () => {
    known ??= common(key, create);
    return known;
  };
}

function common<State extends object>(key: symbol, create: () => State): State {
  const states = globalThis as unknown as Record<symbol, State | undefined>;
  states[key] ??= create();
  return states[key];
}
