// Waits until an assertion holds, for events of real sockets. The time is a bound for a loaded machine, not a pause.

import { vi } from 'vitest';

export function eventually<T>(assertion: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(assertion, { timeout: 20_000, interval: 10 });
}
