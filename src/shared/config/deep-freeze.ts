// Freezes a configuration through and through. Thread: main; caller: resolve.ts.

/** Plain objects and arrays only; their depth is that of ResolvedConfig. */
export function deepFreeze<T extends object>(value: T): T {
  for (const part of Object.values(value)) {
    if (typeof part === 'object' && part !== null) deepFreeze(part as object);
  }
  return Object.freeze(value);
}
