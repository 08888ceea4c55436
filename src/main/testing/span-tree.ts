// Finished spans as nested plain objects and as text, for assertions and snapshots. Thread: the user's. Caller: test-telemetry.ts.

import { type Attributes, type SpanContext, SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpan } from '../sdk/types.js';

export interface SpanTree {
  name: string;
  /** Only if the span's status is an error: its message, which may be empty. */
  error?: string;
  /** Only if asked for. */
  attributes?: Attributes;
  children: SpanTree[];
}

export interface SpanTreeOptions {
  /** True for all attributes, or the keys of those to show. Default: none. */
  attributes?: boolean | readonly string[];
}

/** The trees of all spans without a parent among `spans`, in the order of `spans`. */
export function spanTrees(spans: readonly ReadableSpan[], options: SpanTreeOptions = {}): SpanTree[] {
  const nodes = new Map<string, SpanTree>();
  for (const span of spans) nodes.set(keyOf(span.spanContext()), nodeOf(span, options));
  const roots: SpanTree[] = [];
  for (const span of spans) {
    const node = nodes.get(keyOf(span.spanContext())) as SpanTree;
    const parent = span.parentSpanContext && nodes.get(keyOf(span.parentSpanContext));
    (parent?.children ?? roots).push(node);
  }
  return roots;
}

export function keyOf({ traceId, spanId }: SpanContext): string {
  return `${traceId}:${spanId}`;
}

function nodeOf(span: ReadableSpan, { attributes }: SpanTreeOptions): SpanTree {
  const node: SpanTree = { name: span.name, children: [] };
  if (span.status.code === SpanStatusCode.ERROR) node.error = span.status.message ?? '';
  if (attributes === true) node.attributes = { ...span.attributes };
  else if (Array.isArray(attributes)) {
    node.attributes = {};
    for (const key of attributes) if (key in span.attributes) node.attributes[key] = span.attributes[key];
  }
  return node;
}

/** Nobody reads more; and the indentation of a chain of spans grows with the square of its length. */
export const TEXT_LINES_MAX = 1000;

/** One line a span, children below their parent. */
export function spanTreesText(trees: readonly SpanTree[]): string {
  const lines: string[] = [];
  // A stack, not a recursion: as deep as spans may be nested.
  const rest = trees.map((node) => ({ node, branch: '', indent: '' })).reverse();
  for (let item = rest.pop(); item !== undefined; item = rest.pop()) {
    if (lines.length === TEXT_LINES_MAX) {
      lines.push('(and more)');
      break;
    }
    const { node, branch, indent } = item;
    lines.push(branch + lineOf(node));
    const last = node.children.at(-1);
    for (const child of node.children.toReversed()) {
      rest.push(
        child === last
          ? { node: child, branch: `${indent}└─ `, indent: `${indent}   ` }
          : { node: child, branch: `${indent}├─ `, indent: `${indent}│  ` },
      );
    }
  }
  return lines.join('\n');
}

function lineOf({ name, error, attributes }: SpanTree): string {
  const parts = [name];
  if (attributes !== undefined && Object.keys(attributes).length > 0) parts.push(jsonOf(attributes));
  if (error !== undefined) parts.push(error === '' ? 'ERROR' : `ERROR: ${error}`);
  return parts.join(' ');
}

function jsonOf(attributes: Attributes): string {
  return JSON.stringify(attributes, (_key, value: unknown) =>
    typeof value === 'bigint' || (typeof value === 'number' && !Number.isFinite(value))
      ? String(value)
      : value,
  );
}
