// What offloop has to say on the main thread, through the API's `diag` logger: each kind of message at once the first
// time, then at most once a minute with a count. Thread: producer. Callers: everything in main; HOT files for misuse only.
// Specification: Error handling, "Self-diagnostics".

import { DiagConsoleLogger, DiagLogLevel, diag } from '@opentelemetry/api';
import { QUOTED_VALUE_LENGTH_MAX } from '../../shared/limits.js';

export type DiagnosticLevel = 'error' | 'warn' | 'info' | 'debug';

const PERIOD_MILLIS = 60_000;
const KINDS_MAX = 64;
const DETAIL_LENGTH_MAX = 200;
const CAUSE_LENGTH_MAX = 1000;

interface Kind {
  lastMillis: number;
  suppressed: number;
}

const kinds = new Map<string, Kind>();
/** All kinds past KINDS_MAX together. */
const otherKinds = newKind();

function newKind(): Kind {
  return { lastMillis: Number.NEGATIVE_INFINITY, suppressed: 0 };
}

/** `kind` groups messages that are the same thing to a reader; the text may differ. */
export function report(level: DiagnosticLevel, kind: string, message: string): void {
  const suppressed = takeTurn(kind);
  if (suppressed >= 0) say(level, message, suppressed);
}

/**
 * What the application does wrong in calls that never fail, and what was made of it. `detail` tells which span or key.
 * For hot paths: until it is due again nothing is made, no text and no Error; it costs a look-up and a clock read.
 */
export function reportMisuse(what: string, detail?: string): void {
  const suppressed = takeTurn(what);
  if (suppressed < 0) return;
  say('warn', detail === undefined ? what : `${what}: ${detail.slice(0, DETAIL_LENGTH_MAX)}`, suppressed);
}

/** How many of this kind were kept quiet since the last one; -1: it is not its turn. */
function takeTurn(kind: string): number {
  const now = performance.now();
  let known = kinds.get(kind);
  if (known === undefined) {
    known = kinds.size < KINDS_MAX ? newKind() : otherKinds;
    if (known !== otherKinds) kinds.set(kind, known);
  }
  if (now - known.lastMillis < PERIOD_MILLIS) {
    known.suppressed++;
    return -1;
  }
  const { suppressed } = known;
  known.lastMillis = now;
  known.suppressed = 0;
  return suppressed;
}

function say(level: DiagnosticLevel, message: string, suppressed: number): void {
  const suffix = suppressed > 0 ? ` (and ${suppressed} more like it)` : '';
  try {
    diag[level](`offloop: ${message}${suffix}`);
  } catch {
    // The application's logger threw: there is nobody left to tell.
  }
}

const API_GLOBAL = Symbol.for('opentelemetry.js.api.1');

/** The logger that offloop has set, as `diag` keeps it; another one there is the application's. */
let installed: unknown;

/**
 * Where nobody else has set a logger: the console, at `OTEL_LOG_LEVEL` (default info). One that the application has set
 * stays. A second call changes the level.
 */
export function installDiagLogger(level: string | undefined): void {
  const registered = registeredLogger();
  if (registered !== undefined && registered !== installed) return;
  const known = diagLevelOf(level);
  const logLevel = known ?? DiagLogLevel.INFO;
  diag.setLogger(new DiagConsoleLogger(), { logLevel, suppressOverrideMessage: true });
  installed = registeredLogger();
  if (known === undefined && (level ?? '').trim() !== '') {
    const shown = JSON.stringify((level as string).slice(0, QUOTED_VALUE_LENGTH_MAX));
    report('warn', 'log level', `OTEL_LOG_LEVEL is ${shown}, but must be one of ${LEVELS}. info is used.`);
  }
}

const LEVELS = 'none, error, warn, info, debug, verbose, all';

/** Undefined: not set, or unknown. */
export function diagLevelOf(level: string | undefined): DiagLogLevel | undefined {
  const name = (level ?? '').trim().toLowerCase();
  return LEVELS.split(', ').includes(name)
    ? DiagLogLevel[name.toUpperCase() as keyof typeof DiagLogLevel]
    : undefined;
}

function registeredLogger(): unknown {
  return (globalThis as Record<symbol, { diag?: unknown } | undefined>)[API_GLOBAL]?.diag;
}

/** What an error says of itself. Anything can be thrown, and reading it may throw in its turn. */
export function causeOf(error: unknown): string {
  try {
    return String(error instanceof Error ? error.message : error).slice(0, CAUSE_LENGTH_MAX);
  } catch {
    return 'something that cannot be read';
  }
}
