// What offloop's providers take from main/blocking: spans that ended on another thread of the process. Thread: producer. Callers:
// basic-tracer-provider.ts, testing/global-registration.ts; blocking/span-sink.ts.

import type { Resource } from '@opentelemetry/resources';
import type { ReadableSpan } from './types.js';

export const RECORDS_ENDED = Symbol('offloop.records-ended');

export interface RecordsEnded {
  /** For the processors' `onEnd`. Spans of the provider have its resource. */
  [RECORDS_ENDED](spanWith: (resource: Resource) => ReadableSpan): void;
}

/** Spans that no processor of this thread has seen start. */
export const endedElsewhere = new WeakSet<ReadableSpan>();
