// From the spans of a trace, in any order, to a tree. Command line; used by the receiver and the demo.

import { type ReceivedSpan, serviceNameOf } from './received-span.js';

export interface SpanNode {
  readonly span: ReceivedSpan;
  readonly children: SpanNode[];
}

export interface TraceTree {
  readonly traceId: string;
  /** Spans whose parent is not among the spans, oldest first; a complete trace has one, without a parent id. */
  readonly roots: readonly SpanNode[];
  readonly spanCount: number;
  readonly services: readonly string[];
  readonly startUnixNanos: bigint;
  readonly endUnixNanos: bigint;
  /** One root, and the parent of every other span is here. */
  readonly complete: boolean;
}

export function buildTraceTree(traceId: string, spans: readonly ReceivedSpan[]): TraceTree {
  const nodes = new Map<string, SpanNode>();
  for (const span of spans) nodes.set(span.spanId, { span, children: [] });
  const roots: SpanNode[] = [];
  for (const node of nodes.values()) {
    // A span that names itself as parent would hang on itself and be seen nowhere.
    const parent =
      node.span.parentSpanId === node.span.spanId ? undefined : nodes.get(node.span.parentSpanId);
    (parent?.children ?? roots).push(node);
  }
  for (const node of nodes.values()) node.children.sort(byStart);
  roots.sort(byStart);
  const { startUnixNanos, endUnixNanos } = extent(spans);
  return {
    traceId,
    roots,
    spanCount: nodes.size,
    services: [...new Set(spans.map(serviceNameOf))],
    startUnixNanos,
    endUnixNanos,
    complete: roots.length === 1 && roots[0]?.span.parentSpanId === '' && reachable(roots) === nodes.size,
  };
}

function extent(spans: readonly ReceivedSpan[]): { startUnixNanos: bigint; endUnixNanos: bigint } {
  let startUnixNanos = spans[0]?.startUnixNanos ?? 0n;
  let endUnixNanos = spans[0]?.endUnixNanos ?? 0n;
  for (const span of spans) {
    if (span.startUnixNanos < startUnixNanos) startUnixNanos = span.startUnixNanos;
    if (span.endUnixNanos > endUnixNanos) endUnixNanos = span.endUnixNanos;
  }
  return { startUnixNanos, endUnixNanos };
}

/** Spans that hang in a circle are reachable from no root. */
function reachable(roots: readonly SpanNode[]): number {
  const waiting = [...roots];
  let count = 0;
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    count++;
    waiting.push(...node.children);
  }
  return count;
}

function byStart(a: SpanNode, b: SpanNode): number {
  if (a.span.startUnixNanos !== b.span.startUnixNanos) {
    return a.span.startUnixNanos < b.span.startUnixNanos ? -1 : 1;
  }
  // Equal starts happen with millisecond clocks: the longer span first reads as the outer one.
  return a.span.endUnixNanos > b.span.endUnixNanos ? -1 : 1;
}
