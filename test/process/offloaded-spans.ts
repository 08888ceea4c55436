// Of applications with an OffloadSpanProcessor beside the official exporter: what the two sent, in a form that can be compared.
// Callers: offload.test.ts (SDK 3.x), test/apps/sdk2.test.ts.

import type { AppEnd } from './app-process.js';
import type { ArrivedSpan } from './otlp-sink.js';

export function comparable(spans: readonly ArrivedSpan[]): object[] {
  return spans
    .map(({ arrivedUnixMillis: _, ...span }) => span)
    .sort((a, b) => (a.spanId < b.spanId ? -1 : 1));
}

/** How many spans the application says it made. */
export function countOf(end: AppEnd): number {
  return Number(/^\{"count":(\d+)\}$/m.exec(end.stdout)?.[1]);
}
