// What offloop has to say on the main thread, through the API's `diag` logger: each kind of message at once the first
// time, then at most once a minute with a count. Thread: producer. Callers: everything in main that is not HOT.
// Specification: Error handling, "Self-diagnostics".

import { DiagConsoleLogger, DiagLogLevel, diag } from '@opentelemetry/api';

export type DiagnosticLevel = 'error' | 'warn' | 'info' | 'debug';

const PERIOD_MILLIS = 60_000;
const KINDS_MAX = 64;

interface Kind {
  lastMillis: number;
  suppressed: number;
}

const kinds = new Map<string, Kind>();

/** `kind` groups messages that are the same thing to a reader; the text may differ. */
export function report(level: DiagnosticLevel, kind: string, message: string): void {
  const now = performance.now();
  const known = kinds.get(kind);
  if (known !== undefined && now - known.lastMillis < PERIOD_MILLIS) {
    known.suppressed++;
    return;
  }
  const suffix = known !== undefined && known.suppressed > 0 ? ` (and ${known.suppressed} more like it)` : '';
  if (known !== undefined) {
    known.lastMillis = now;
    known.suppressed = 0;
  } else if (kinds.size < KINDS_MAX) {
    kinds.set(kind, { lastMillis: now, suppressed: 0 });
  }
  try {
    diag[level](`offloop: ${message}${suffix}`);
  } catch {
    // The application's logger threw: there is nobody left to tell.
  }
}

const API_GLOBAL = Symbol.for('opentelemetry.js.api.1');

/**
 * Under register nobody else may have set a logger: then the console, at `OTEL_LOG_LEVEL` (default info). One that
 * the application has set stays.
 */
export function installDiagLogger(level: string | undefined): void {
  const registered = (globalThis as Record<symbol, { diag?: unknown } | undefined>)[API_GLOBAL];
  if (registered?.diag !== undefined) return;
  const name = (level ?? '').trim().toUpperCase() as keyof typeof DiagLogLevel;
  diag.setLogger(new DiagConsoleLogger(), DiagLogLevel[name] ?? DiagLogLevel.INFO);
}

export function causeOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
