// Spans of generators and thenables that nobody brings to their end: they end when the object is collected, marked, so that they
// are late but not lost. Thread: the user's. Callers: generator-trace.ts, thenable-trace.ts.

import type { Span } from '@opentelemetry/api';

/** On a span that the garbage collector ended: its end says when it was collected. */
export const ABANDONED = 'offloop.abandoned';

/** Made when first needed: most applications trace no generators. */
let registry: FinalizationRegistry<Span> | undefined;

/** `span` must not lead to `owner`, or neither is ever collected. */
export function spanIsFollowed(owner: object, span: Span): void {
  if (!span.isRecording()) return;
  registry ??= new FinalizationRegistry(endAbandoned);
  registry.register(owner, span, span);
}

export function spanIsOver(span: Span): void {
  registry?.unregister(span);
}

function endAbandoned(span: Span): void {
  if (!span.isRecording()) return;
  span.setAttribute(ABANDONED, true);
  span.end();
}
