// An application's module: it knows the API only, and takes its tracer when it is loaded.
import { SpanStatusCode, trace } from '@opentelemetry/api';

const tracer = trace.getTracer('checkout', '1.0.0');

export async function checkOut(items) {
  return tracer.startActiveSpan('checkout', { attributes: { 'cart.items': items } }, async (span) => {
    await new Promise((resolve) => setImmediate(resolve));
    tracer.startActiveSpan('reserve', (reserve) => {
      tracer.startSpan('SELECT stock').end();
      reserve.end();
    });
    if (items > 2) span.setStatus({ code: SpanStatusCode.ERROR, message: 'too many' });
    span.end();
  });
}
