// A trace state as its header text. Thread: producer. Callers: span.ts, span-extra.ts, record/compiled-template.ts.
// The object may come from anybody's propagator or span: it may throw, and may answer with anything.

import { createTraceState, type TraceState } from '@opentelemetry/api';
import type { Recording } from '../record/recording.js';

/** Of the API: they never change, and a sampler gives all its roots the same one. */
const ApiTraceState = createTraceState().constructor;
let last: TraceState | undefined;
let lastText = '';

export function traceStateText(traceState: unknown, recording: Recording): string {
  if (traceState === undefined || traceState === null) return '';
  if (traceState === last) return lastText;
  try {
    const text: unknown = (traceState as { serialize(): unknown }).serialize();
    if (typeof text === 'string') {
      if ((traceState as TraceState).constructor === ApiTraceState) {
        last = traceState as TraceState;
        lastText = text;
      }
      return text;
    }
  } catch {
    // Counted below.
  }
  recording.countInvalidArgument('a trace state that cannot be written was left out');
  return '';
}
