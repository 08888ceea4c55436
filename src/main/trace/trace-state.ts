// A trace state as its header text. Thread: producer. Callers: span.ts, span-extra.ts, record/compiled-template.ts.
// The object may come from anybody's propagator or span: it may throw, and may answer with anything.

import type { Recording } from '../record/recording.js';

export function traceStateText(traceState: unknown, recording: Recording): string {
  if (traceState === undefined || traceState === null) return '';
  try {
    const text: unknown = (traceState as { serialize(): unknown }).serialize();
    if (typeof text === 'string') return text;
  } catch {
    // Counted below.
  }
  recording.countInvalidArgument('a trace state that cannot be written was left out');
  return '';
}
