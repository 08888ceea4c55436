// Spans of one run in a form that is equal for two runs of the same program: trees by parent, sorted, without ids and
// times. The one place that says what may differ between two runs. Caller: apps.test.ts.

import type { ArrivedSpan } from '../process/otlp-sink.js';
import type { NormalAttribute, NormalValue } from '../support/otlp-decoder.js';

export interface ComparableSpan {
  readonly name: string;
  readonly kind: number;
  readonly scope: string;
  /** `root`; `remote <id>` for a parent of another process; else the span stands under its parent. */
  readonly parent: string;
  readonly flags: number;
  readonly traceState: string;
  readonly status: object;
  readonly attributes: Readonly<Record<string, string>>;
  readonly events: readonly object[];
  readonly links: readonly object[];
  readonly dropped: readonly number[];
  readonly children: readonly ComparableSpan[];
}

/** Of the program's side of a connection: any free port, another one each time. */
const PEER_PORTS = new Set(['client.port', 'network.peer.port', 'network.local.port', 'net.host.port']);

/** grpc-js tells in its message how long each part of a call took. */
const GRPC_TIMES = /(Deadline exceeded after ).*?(remote_addr)/g;

/** The random bit of W3C Trace Context Level 2, which offloop sets and OTel JS 3.0 does not; and reserved bits. */
const COMPARED_FLAGS = 0x01 | 0x100 | 0x200;

export function comparableSpans(
  spans: readonly ArrivedSpan[],
  ports: Readonly<Record<string, number>>,
): ComparableSpan[] {
  const byId = new Map(spans.map((span) => [span.traceId + span.spanId, span]));
  const children = Map.groupBy(spans, (span) =>
    byId.has(span.traceId + span.parentSpanId) ? span.traceId + span.parentSpanId : '',
  );
  const traceIds = new Set(
    spans.filter(({ parentSpanId }) => parentSpanId === '').map(({ traceId }) => traceId),
  );
  const text = volatileText(ports);
  const convert = (span: ArrivedSpan): ComparableSpan => ({
    name: text(span.name),
    kind: span.kind,
    scope: `${span.scope} ${span.scopeVersion}`,
    parent:
      span.parentSpanId === ''
        ? 'root'
        : byId.has(span.traceId + span.parentSpanId)
          ? 'above'
          : traceIds.has(span.traceId)
            ? 'lost'
            : `remote ${span.traceId} ${span.parentSpanId}`,
    flags: span.flags & COMPARED_FLAGS,
    traceState: span.traceState,
    status: { ...span.status, message: text(span.status.message) },
    attributes: comparableAttributes(span.attributes, text),
    events: span.events.map(({ name, attributes, droppedAttributes }) => ({
      name,
      attributes: comparableAttributes(attributes, text),
      droppedAttributes,
    })),
    links: span.links.map(({ traceState, attributes }) => ({
      traceState,
      attributes: comparableAttributes(attributes, text),
    })),
    dropped: [span.droppedAttributes, span.droppedEvents, span.droppedLinks],
    children: sorted((children.get(span.traceId + span.spanId) ?? []).map(convert)),
  });
  return sorted((children.get('') ?? []).map(convert));
}

function comparableAttributes(
  attributes: readonly NormalAttribute[],
  text: (value: string) => string,
): Record<string, string> {
  const entries = attributes.map(({ key, value }) => [key, comparableValue(key, value, text)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function comparableValue(key: string, value: NormalValue, text: (value: string) => string): string {
  // Frames of the SDK's own context manager are among those of the application.
  if (key === 'exception.stacktrace' && 'string' in value) return text(value.string.split('\n')[0]);
  const normal = text(JSON.stringify(value));
  return PEER_PORTS.has(key) && !normal.includes('<') ? normal.replace(/\d+/, '<any port>') : normal;
}

/** Ports of the program's servers become their names, wherever they stand; times in messages go. */
function volatileText(ports: Readonly<Record<string, number>>): (value: string) => string {
  const names = new Map(Object.entries(ports).map(([name, port]) => [String(port), `<port ${name}>`]));
  const pattern = new RegExp(`(?<!\\d)(${[...names.keys()].join('|')})(?!\\d)`, 'g');
  return (value) =>
    value.replace(pattern, (port) => names.get(port) ?? port).replace(GRPC_TIMES, '$1<times>,$2');
}

function sorted(spans: readonly ComparableSpan[]): ComparableSpan[] {
  return spans
    .map((span) => ({ span, key: JSON.stringify(span) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ span }) => span);
}
