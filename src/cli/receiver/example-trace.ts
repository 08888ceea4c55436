// Picks the one trace worth showing. Receiver process; called by receiver-process.ts.

import { buildTraceTree } from '../trace/trace-tree.js';
import type { ExampleTrace } from './receiver-messages.js';
import type { StoredTrace } from './trace-store.js';

/**
 * Among the complete traces: most services, then most distinct span names (a trace of ten equal spans shows
 * less than one of ten different ones), then most spans, then the newest.
 */
export function pickExampleTrace(traces: Iterable<StoredTrace>): ExampleTrace | undefined {
  let best: ExampleTrace | undefined;
  let bestRank = [0, 0, 0];
  for (const { traceId, spans, omittedSpans } of traces) {
    const tree = buildTraceTree(traceId, spans);
    if (!tree.complete || omittedSpans > 0) continue;
    const rank = [tree.services.length, new Set(spans.map((span) => span.name)).size, spans.length];
    if (best === undefined || compare(rank, bestRank) >= 0) {
      best = { traceId, spans };
      bestRank = rank;
    }
  }
  return best;
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [index, value] of a.entries()) {
    const difference = value - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
