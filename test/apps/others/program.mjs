// What every case records: a small trace of everything that exporters look at, with times that are always the same, so that two
// runs send the same bytes.

import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';

const START_SECONDS = 1_750_000_000;

export const at = (seconds, nanos = 0) => [START_SECONDS + seconds, nanos];

const REMOTE = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  isRemote: true,
};

export function recordSpans(provider) {
  const tracer = provider.getTracer('shop', '1.2.3', {
    schemaUrl: 'https://opentelemetry.io/schemas/1.30.0',
  });
  const baggage = propagation.createBaggage({ tenant: { value: 'north' }, 'user.id': { value: '42' } });
  const withBaggage = propagation.setBaggage(context.active(), baggage);
  context.with(withBaggage, () => recordRequest(tracer));
  recordGeneration(tracer);
  recordRemoteChildren(tracer);
}

function recordRequest(tracer) {
  const options = {
    kind: SpanKind.SERVER,
    startTime: at(0),
    attributes: {
      'http.request.method': 'GET',
      'url.path': '/orders/7',
      'url.scheme': 'https',
      'server.address': 'shop.example',
      'http.route': '/orders/:id',
    },
  };
  tracer.startActiveSpan('GET /orders/:id', options, (server) => {
    server.setAttribute('order.ids', [7, 8]);
    tracer.startActiveSpan(
      'SELECT orders',
      {
        kind: SpanKind.CLIENT,
        startTime: at(0, 5_000_000),
        attributes: { 'db.system.name': 'postgresql', 'db.query.text': 'SELECT 1', 'server.port': 5432 },
      },
      (client) => {
        client.recordException(
          { name: 'QueryError', message: 'no such table', stack: 'QueryError: at query' },
          at(0, 7_000_000),
        );
        client.setStatus({ code: SpanStatusCode.ERROR, message: 'no such table' });
        client.end(at(0, 9_000_000));
      },
    );
    const producer = tracer.startSpan('orders publish', {
      kind: SpanKind.PRODUCER,
      startTime: at(0, 10_000_000),
      links: [{ context: server.spanContext(), attributes: { why: 'test' } }],
    });
    producer.addEvent('sent', { bytes: 12.5, ok: true }, at(0, 11_000_000));
    producer.end(at(0, 12_000_000));
    server.setAttribute('http.response.status_code', 500);
    server.setStatus({ code: SpanStatusCode.ERROR });
    server.end(at(1));
  });
}

function recordGeneration(tracer) {
  const attributes = {
    'ai.operationId': 'ai.generateText.doGenerate',
    'openinference.span.kind': 'LLM',
    'gen_ai.operation.name': 'chat',
    'gen_ai.request.model': 'gpt-4',
    'gen_ai.usage.input_tokens': 3,
  };
  tracer.startActiveSpan('chat gpt-4', { startTime: at(2), attributes }, (span) => {
    tracer.startSpan('gen_ai.tool', { startTime: at(2, 1) }).end(at(2, 2_000_000));
    span.updateName('chat gpt-4o');
    span.end(at(3));
  });
}

function recordRemoteChildren(tracer) {
  for (const [name, traceFlags] of [
    ['sampled by the caller', 1],
    ['not sampled by the caller', 0],
  ]) {
    const parent = trace.setSpanContext(context.active(), { ...REMOTE, traceFlags });
    const span = tracer.startSpan(name, { kind: SpanKind.CONSUMER, startTime: at(4) }, parent);
    span.end(at(5));
  }
}
