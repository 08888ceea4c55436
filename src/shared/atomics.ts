// The only file that names `Atomics`. Ring, arena and control words go through these functions, so that a
// test can put its own memory model in their place (test/model) and walk every interleaving.
// Measured: calling through this module costs what the bare call costs (V8 inlines it).

/** The shared-memory operations which the ring protocol consists of. */
export interface AtomicOperations {
  load(words: Int32Array, index: number): number;
  store(words: Int32Array, index: number, value: number): void;
  add(words: Int32Array, index: number, value: number): number;
}

export function atomicLoad(words: Int32Array, index: number): number {
  return Atomics.load(words, index);
}

export function atomicStore(words: Int32Array, index: number, value: number): void {
  Atomics.store(words, index, value);
}

/** Adds and returns the old value. */
export function atomicAdd(words: Int32Array, index: number, value: number): number {
  return Atomics.add(words, index, value);
}

/** Stores `replacement` if the word holds `expected`; returns the old value. */
export function atomicCompareExchange(
  words: Int32Array,
  index: number,
  expected: number,
  replacement: number,
): number {
  return Atomics.compareExchange(words, index, expected, replacement);
}

export function atomicNotify(words: Int32Array, index: number): void {
  Atomics.notify(words, index);
}

/** Blocks this thread until the word changes from `expected` or the time is over. */
export function atomicWait(
  words: Int32Array,
  index: number,
  expected: number,
  timeoutMillis: number,
): 'ok' | 'not-equal' | 'timed-out' {
  return Atomics.wait(words, index, expected, timeoutMillis);
}

/**
 * Resolves when the word is notified or no longer holds `expected`. It has no time-out of its own and does
 * not keep a thread alive: the caller races it with a timer it can clear.
 */
export function atomicWaitAsync(
  words: Int32Array,
  index: number,
  expected: number,
): Promise<unknown> | undefined {
  const result = Atomics.waitAsync(words, index, expected);
  return result.async ? result.value : undefined;
}
