// The `ot` entry of a tracestate: `th` (threshold) and `rv` (explicit randomness) among other sub-keys, which stay.
// Thread: producer. Callers: probability-sampler.ts, composite-sampler.ts, composable-parent-threshold.ts.
// Specification: TraceState Handling.

import { createTraceState, type TraceState } from '@opentelemetry/api';

const ENTRY_KEY = 'ot';
const ENTRY_LENGTH_MAX = 256;
/** W3C: more entries than this, and a receiver may discard all of them. */
const ENTRIES_MAX = 32;

const MEMBER = /^([a-z][a-z0-9]*):([A-Za-z0-9._-]*)$/;
const THRESHOLD = /^[0-9a-f]{1,14}$/;
const RANDOMNESS = /^[0-9a-f]{14}$/;

export interface OtEntry {
  /** 1 to 14 hex digits as they were written; undefined if absent or wrong. */
  readonly threshold: string | undefined;
  /** 14 hex digits; undefined if absent or wrong. */
  readonly randomness: string | undefined;
  /** All members but `th`, each key once: the first one counts. A wrong `rv` is among them: nothing of it is erased. */
  readonly others: string;
}

const ABSENT: OtEntry = { threshold: undefined, randomness: undefined, others: '' };

/** Never throws: a tracestate may come from anybody's propagator, and one that cannot be read says nothing. */
export function readOtEntry(traceState: TraceState | undefined): OtEntry {
  if (traceState === undefined || traceState === null) return ABSENT;
  const text = entryText(traceState);
  return text === undefined ? ABSENT : parseOtEntry(text);
}

export function parseOtEntry(text: string): OtEntry {
  if (text === '' || text.length > ENTRY_LENGTH_MAX) return ABSENT;
  const members = new Map<string, string>();
  for (const member of text.split(';')) {
    const [, key, value] = MEMBER.exec(member) ?? [];
    if (key !== undefined && !members.has(key)) members.set(key, value);
  }
  const threshold = members.get('th');
  const randomness = members.get('rv');
  members.delete('th');
  return {
    threshold: threshold !== undefined && THRESHOLD.test(threshold) ? threshold : undefined,
    randomness: randomness !== undefined && RANDOMNESS.test(randomness) ? randomness : undefined,
    others: Array.from(members, ([key, value]) => `${key}:${value}`).join(';'),
  };
}

/** The entry's text with this threshold or, at undefined, with none. Undefined: it would be too long. */
export function formatOtEntry(entry: OtEntry, threshold: string | undefined): string | undefined {
  if (threshold === undefined) return entry.others;
  const text = entry.others === '' ? `th:${threshold}` : `th:${threshold};${entry.others}`;
  return text.length <= ENTRY_LENGTH_MAX ? text : undefined;
}

export interface OtUpdate {
  readonly traceState: TraceState | undefined;
  /** The threshold did not fit beside the other sub-keys: there is none now, for an old one would be wrong. */
  readonly tooLong: boolean;
}

/**
 * `traceState` with the members of `entry` and this threshold or none; the same object if that changes nothing.
 * `entry` is that of the parent: a tracestate that was made anew on the way has lost it.
 */
export function writeOtEntry(
  traceState: TraceState | undefined,
  entry: OtEntry,
  threshold: string | undefined,
): OtUpdate {
  const formatted = formatOtEntry(entry, threshold);
  const text = formatted ?? entry.others;
  const tooLong = formatted === undefined;
  try {
    const before = traceState === undefined ? undefined : entryText(traceState);
    if (text === (before ?? '')) return { traceState, tooLong };
    if (text === '') return { traceState: traceState?.unset(ENTRY_KEY), tooLong };
    if (traceState === undefined) return { traceState: createTraceState(`${ENTRY_KEY}=${text}`), tooLong };
    const room = before === undefined ? withRoom(traceState) : traceState;
    return { traceState: room.set(ENTRY_KEY, text), tooLong };
  } catch {
    // A tracestate that cannot be written stays what it is.
    return { traceState, tooLong };
  }
}

function entryText(traceState: TraceState): string | undefined {
  try {
    const text: unknown = traceState.get(ENTRY_KEY);
    return typeof text === 'string' ? text : undefined;
  } catch {
    return undefined;
  }
}

/** Without its last entries, if one more would be too many: W3C removes from the end. */
function withRoom(traceState: TraceState): TraceState {
  const entries = traceState.serialize().split(',');
  if (entries.length < ENTRIES_MAX) return traceState;
  let shorter = traceState;
  for (const entry of entries.slice(ENTRIES_MAX - 1)) {
    shorter = shorter.unset(entry.slice(0, entry.indexOf('=')));
  }
  return shorter;
}
