// Draws a trace as text: start and duration of every span on the left, the tree with its attributes on the
// right. Command line; used by the receiver and the demo.

import type { ReceivedAttribute, ReceivedSpan, ReceivedValue } from './received-span.js';
import { serviceNameOf } from './received-span.js';
import type { SpanNode, TraceTree } from './trace-tree.js';

const KINDS = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'];
/** Names of spans may be longer; deep down, lines keep room for DETAIL_WIDTH_MIN. */
const LINE_WIDTH = 100;
const DETAIL_WIDTH_MIN = 40;
const VALUE_LENGTH_MAX = 60;
const VALUE_LENGTH_MIN = 16;
const STATUS_OK = 1;
const STATUS_ERROR = 2;
/** Two numbers of ten characters and what separates them. */
const LEFT_MARGIN = ' '.repeat(23);

export function drawTrace(tree: TraceTree): string {
  const lines = [heading(tree), ''];
  for (const root of tree.roots) {
    if (root.span.parentSpanId !== '')
      lines.push(`${LEFT_MARGIN}(its parent ${root.span.parentSpanId} was not seen)`);
    drawNode(root, tree.startUnixNanos, '', '', lines);
  }
  return lines.join('\n');
}

function heading(tree: TraceTree): string {
  const duration = formatDuration(tree.endUnixNanos - tree.startUnixNanos);
  const parts = [
    `trace ${tree.traceId}`,
    `${tree.spanCount} ${tree.spanCount === 1 ? 'span' : 'spans'}`,
    tree.services.join(' + '),
    duration,
  ];
  if (!tree.complete) parts.push('incomplete');
  return parts.join(' · ');
}

function drawNode(node: SpanNode, traceStart: bigint, branch: string, indent: string, lines: string[]): void {
  const { span, children } = node;
  const start = `+${formatMillis(span.startUnixNanos - traceStart)}`.padStart(10);
  const duration = formatDuration(span.endUnixNanos - span.startUnixNanos).padStart(11);
  const kind = KINDS[span.kind] ?? `kind ${span.kind}`;
  lines.push(`${start} ${duration} ${branch}${visible(span.name)}  [${serviceNameOf(span)}, ${kind}]`);
  // The line down to the first child starts below the span's own name.
  const detailIndent = `${LEFT_MARGIN}${indent}${children.length > 0 ? '│ ' : '  '}`;
  const width = Math.max(DETAIL_WIDTH_MIN, LINE_WIDTH - detailIndent.length);
  for (const detail of details(span, width)) lines.push(`${detailIndent}${detail}`);
  children.forEach((child, index) => {
    const last = index === children.length - 1;
    drawNode(
      child,
      traceStart,
      `${indent}${last ? '└─ ' : '├─ '}`,
      `${indent}${last ? '   ' : '│  '}`,
      lines,
    );
  });
}

function details(span: ReceivedSpan, width: number): string[] {
  const lines = wrapPairs(span.attributes, width);
  if (span.statusCode === STATUS_OK) lines.push('status ok');
  if (span.statusCode === STATUS_ERROR)
    lines.push(
      `status error${span.statusMessage === '' ? '' : `: ${shorten(span.statusMessage, VALUE_LENGTH_MAX)}`}`,
    );
  for (const event of span.events) {
    const at = formatMillis(event.timeUnixNanos - span.startUnixNanos);
    lines.push(
      `event ${visible(event.name)} at +${at} ms`,
      ...wrapPairs(event.attributes, width - 2).map((line) => `  ${line}`),
    );
  }
  for (const link of span.links) lines.push(`link to ${link.traceId}/${link.spanId}`);
  const dropped: [number, string][] = [
    [span.droppedAttributesCount, 'attributes'],
    [span.droppedEventsCount, 'events'],
    [span.droppedLinksCount, 'links'],
  ];
  for (const [count, what] of dropped) if (count > 0) lines.push(`(${count} ${what} over the limit)`);
  return lines;
}

/** `key=value` pairs, as many to a line as fit into the width; a value that alone does not fit is shortened. */
function wrapPairs(attributes: readonly ReceivedAttribute[], width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const { key, value } of attributes) {
    const name = visible(key);
    const pair = `${name}=${formatValue(value, width - name.length - 1)}`;
    if (line !== '' && line.length + 2 + pair.length > width) {
      lines.push(line);
      line = pair;
    } else {
      line = line === '' ? pair : `${line}  ${pair}`;
    }
  }
  if (line !== '') lines.push(line);
  return lines;
}

function formatValue(value: ReceivedValue, width: number): string {
  return shorten(fullValue(value), Math.min(VALUE_LENGTH_MAX, Math.max(VALUE_LENGTH_MIN, width)));
}

function fullValue(value: ReceivedValue): string {
  switch (value.kind) {
    case 'empty':
      return '(empty)';
    case 'string':
      // Quotes only where the value would otherwise run into the next pair.
      return value.value === '' || /[\s="]/.test(value.value) ? JSON.stringify(value.value) : value.value;
    case 'bytes':
      return `0x${Buffer.from(value.value).toString('hex')}`;
    case 'array':
      return `[${value.value.map(fullValue).join(', ')}]`;
    case 'map':
      return `{${value.value.map((entry) => `${entry.key}: ${fullValue(entry.value)}`).join(', ')}}`;
    default:
      return String(value.value);
  }
}

function shorten(text: string, lengthMax: number): string {
  const clean = visible(text);
  return clean.length <= lengthMax ? clean : `${clean.slice(0, lengthMax - 1)}…`;
}

/** What came over the network must not move the cursor or colour the terminal. */
function visible(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, (control) =>
    JSON.stringify(control)
      .slice(1, -1)
      .replace(/^[^\\]$/, '?'),
  );
}

/** Milliseconds with two decimals; the caller names the unit. */
function formatMillis(nanos: bigint): string {
  return (Number(nanos) / 1e6).toFixed(2);
}

export function formatDuration(nanos: bigint): string {
  return `${formatMillis(nanos)} ms`;
}
