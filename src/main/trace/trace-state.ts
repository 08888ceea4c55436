// A trace state, and its header text. Thread: producer. Callers: span.ts, span-extra.ts, record/compiled-template.ts, parent.ts;
// sdk/span-link.ts, plug-ins/checked-sampler.ts.
// The object may come from anybody's propagator or span: it may throw, and may answer with anything.

import { createTraceState, type TraceState } from '@opentelemetry/api';
import type { Recording } from '../record/recording.js';

/** Of the API: they never change, and a sampler gives all its roots the same one. */
const ApiTraceState = createTraceState().constructor;
let last: TraceState | undefined;
let lastText = '';

/** Nobody who has it in hand, a propagator or an exporter, need expect anything else in its place. */
export function isTraceState(value: unknown): value is TraceState {
  try {
    return typeof (value as TraceState | null | undefined)?.serialize === 'function';
  } catch {
    return false;
  }
}

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
  recording.countInvalidTraceState();
  return '';
}
