// What offloop tells through the API's diag logger, collected. Every message comes at once: the clock by which offloop
// limits itself to one a minute is put forward with each reading.

import { DiagLogLevel, diag } from '@opentelemetry/api';
import { afterEach, beforeEach, vi } from 'vitest';

/** Of all blocks of a file together: what was told in one of them must not be too recent for the next. */
let millis = performance.now();

/** Call at the top of a file or a describe block; the array is emptied before each test. */
export function collectDiagMessages(): string[] {
  const messages: string[] = [];
  beforeEach(() => {
    messages.length = 0;
    const collect = (message: string): void => {
      messages.push(message);
    };
    diag.setLogger(
      { error: collect, warn: collect, info: collect, debug: collect, verbose: collect },
      { logLevel: DiagLogLevel.ALL, suppressOverrideMessage: true },
    );
    messages.length = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => {
      millis += 120_000;
      return millis;
    });
  });
  afterEach(() => {
    diag.disable();
    vi.restoreAllMocks();
  });
  return messages;
}
