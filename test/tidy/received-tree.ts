// Spans as a receiver gets them in OTLP/JSON, drawn as an indented tree: what docs/from-rust.md shows below each program.

export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly status?: { readonly code?: number; readonly message?: string };
  readonly attributes?: readonly { readonly key: string; readonly value: Record<string, unknown> }[];
}

/** Others in every run, or about the place of the code. */
const LEFT_OUT = /(_millis|_ms)$|^(code|thread)\.|^offloop\.blocking\./;
const ERROR = 2;

/** Siblings in the order of their start, those of one instant by their text. */
export function receivedTree(spans: readonly ReceivedSpan[]): string {
  const keys = new Set(spans.map(({ traceId, spanId }) => traceId + spanId));
  const below = new Map<string, ReceivedSpan[]>();
  for (const span of spans) {
    const parent = span.traceId + (span.parentSpanId ?? '');
    const place = keys.has(parent) ? parent : '';
    below.set(place, [...(below.get(place) ?? []), span]);
  }
  const draw = (place: string, indent: string): string[] =>
    (below.get(place) ?? [])
      .map((span) => ({ span, start: BigInt(span.startTimeUnixNano), text: lineOf(span) }))
      .sort((a, b) => (a.start === b.start ? (a.text < b.text ? -1 : 1) : a.start < b.start ? -1 : 1))
      .flatMap(({ span, text }) => [indent + text, ...draw(span.traceId + span.spanId, `${indent}  `)]);
  return draw('', '').join('\n');
}

function lineOf({ name, attributes = [], status }: ReceivedSpan): string {
  const shown = attributes
    .filter(({ key }) => !LEFT_OUT.test(key))
    .map(({ key, value }) => [key, plain(value)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const parts = [name];
  if (shown.length > 0) parts.push(JSON.stringify(Object.fromEntries(shown)));
  if (status?.code === ERROR) parts.push(`ERROR: ${status.message ?? ''}`);
  return parts.join(' ');
}

function plain(value: Record<string, unknown>): unknown {
  return 'intValue' in value ? Number(value.intValue) : Object.values(value)[0];
}
