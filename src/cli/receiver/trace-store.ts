// Counts every span and keeps the newest traces. Receiver process; both servers add to it, the receiver command
// and the demo read it. Bounded: traces, spans per trace and the memory of seen ids each have a limit.

import type { ReceivedSpan } from '../trace/received-span.js';
import { SeenSpans } from './seen-spans.js';

export interface TraceStoreLimits {
  readonly tracesMax: number;
  /** Further spans of a trace are counted, and not kept. */
  readonly spansPerTraceMax: number;
  readonly seenGenerationSize: number;
}

export const DEFAULT_STORE_LIMITS: TraceStoreLimits = {
  tracesMax: 1_000,
  spansPerTraceMax: 1_000,
  seenGenerationSize: 500_000,
};

export interface ReceiverCounts {
  requests: number;
  /** Bodies on the wire, before decompression. HTTP only: gRPC hides the compressed size. */
  httpBytes: number;
  spans: number;
  /** Spans with a trace and span id never seen before. */
  distinctSpans: number;
  duplicateSpans: number;
  /** Spans without valid ids. */
  rejectedSpans: number;
  malformedRequests: number;
  evictedTraces: number;
}

export interface StoredTrace {
  readonly traceId: string;
  readonly spans: ReceivedSpan[];
  /** Spans past the limit per trace. */
  omittedSpans: number;
  lastArrivalMillis: number;
}

export class TraceStore {
  readonly counts: ReceiverCounts = {
    requests: 0,
    httpBytes: 0,
    spans: 0,
    distinctSpans: 0,
    duplicateSpans: 0,
    rejectedSpans: 0,
    malformedRequests: 0,
    evictedTraces: 0,
  };
  readonly #limits: TraceStoreLimits;
  readonly #now: () => number;
  readonly #seen: SeenSpans;
  // Insertion order is age: the first entry is the oldest trace.
  readonly #traces = new Map<string, StoredTrace>();

  constructor(limits: TraceStoreLimits = DEFAULT_STORE_LIMITS, now: () => number = () => performance.now()) {
    this.#limits = limits;
    this.#now = now;
    this.#seen = new SeenSpans(limits.seenGenerationSize);
  }

  /** One request. Returns how many of its spans were refused: those whose ids are no ids. */
  add(spans: readonly ReceivedSpan[]): number {
    this.counts.requests++;
    let rejected = 0;
    for (const span of spans) {
      if (!isId(span.traceId, 32) || !isId(span.spanId, 16)) rejected++;
      else this.#addSpan(span);
    }
    this.counts.spans += spans.length;
    this.counts.rejectedSpans += rejected;
    return rejected;
  }

  traces(): Iterable<StoredTrace> {
    return this.#traces.values();
  }

  get traceCount(): number {
    return this.#traces.size;
  }

  delete(traceId: string): void {
    this.#traces.delete(traceId);
  }

  #addSpan(span: ReceivedSpan): void {
    if (!this.#seen.add(span.traceId, span.spanId)) {
      this.counts.duplicateSpans++;
      return;
    }
    this.counts.distinctSpans++;
    const trace = this.#traces.get(span.traceId) ?? this.#open(span.traceId);
    trace.lastArrivalMillis = this.#now();
    if (trace.spans.length < this.#limits.spansPerTraceMax) trace.spans.push(span);
    else trace.omittedSpans++;
  }

  #open(traceId: string): StoredTrace {
    if (this.#traces.size >= this.#limits.tracesMax) {
      const oldest = this.#traces.keys().next();
      if (!oldest.done) this.#traces.delete(oldest.value);
      this.counts.evictedTraces++;
    }
    const trace: StoredTrace = { traceId, spans: [], omittedSpans: 0, lastArrivalMillis: 0 };
    this.#traces.set(traceId, trace);
    return trace;
  }
}

function isId(hex: string, length: number): boolean {
  return hex.length === length && /[1-9a-f]/.test(hex);
}
