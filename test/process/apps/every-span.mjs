// Spans with everything that a span can have, made with whatever SDK the caller hands in. Callers: offload.mjs here and
// in sdk2/, which have different versions of it.

export function recordEverySpan({ api, provider }) {
  const { context, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, TraceFlags } = api;
  const plain = provider.getTracer('plain');
  const tracer = provider.getTracer('scope', '1.2.3', {
    schemaUrl: 'https://opentelemetry.io/schemas/1.37.0',
  });
  plain.startSpan('nothing').end();

  const remote = trace.setSpanContext(ROOT_CONTEXT, {
    traceId: '0102030405060708090a0b0c0d0e0f10',
    spanId: '1112131415161718',
    traceFlags: TraceFlags.SAMPLED,
    isRemote: true,
    traceState: api.createTraceState('vendor=value,other=1'),
  });
  const server = tracer.startSpan(
    'GET /items/:id – ünïcode',
    {
      kind: SpanKind.SERVER,
      attributes: { 'http.route': '/items/:id', 'http.response.status_code': 200, ratio: 0.25, cached: true },
      links: [
        {
          context: {
            traceId: 'ffffffffffffffffffffffffffffffff',
            spanId: 'eeeeeeeeeeeeeeee',
            traceFlags: TraceFlags.NONE,
            isRemote: true,
            traceState: api.createTraceState('link=1'),
          },
          attributes: { reason: 'retry', attempt: 2 },
        },
      ],
    },
    remote,
  );
  const child = tracer.startSpan('child', { kind: SpanKind.CLIENT }, trace.setSpan(remote, server));
  child.setAttributes({
    'array.strings': ['a', 'b', 'ü'],
    'array.numbers': [1, 2.5, -3],
    'array.booleans': [true, false],
    'big.integer': Number.MAX_SAFE_INTEGER,
    negative: -1,
    empty: '',
  });
  child.addEvent('query', { 'db.system': 'postgresql', rows: 12 });
  child.addEvent('later', [1_790_000_000, 123_456_789]);
  child.recordException(new TypeError('no such table'));
  child.setStatus({ code: SpanStatusCode.ERROR, message: 'no such table' });
  child.end();
  server.setStatus({ code: SpanStatusCode.OK });
  server.end();

  plain.startSpan('given times', { startTime: [1_789_999_999, 999_999_999] }).end([1_790_000_000, 1]);
  plain.startSpan('internal', { kind: SpanKind.INTERNAL }, ROOT_CONTEXT).end();
  const crowded = plain.startSpan('crowded', { kind: SpanKind.PRODUCER });
  for (let i = 0; i < 140; i++) crowded.setAttribute(`key ${i}`, i);
  for (let i = 0; i < 140; i++) crowded.addEvent(`event ${i}`);
  crowded.end();
  plain.startSpan('large', { attributes: { text: 'x'.repeat(1_000_000) } }).end();
  context.with(trace.setSpan(context.active(), server), () => plain.startSpan('late child').end());
}

/** How many spans that are. */
export const EVERY_SPAN_COUNT = 8;
