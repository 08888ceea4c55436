// Worker half of the rival `otel-js-worker`: rebuilds readable spans and hands them to the OTLP exporter.

import { parentPort, workerData } from 'node:worker_threads';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { createExporter } from './exporter.ts';
import type { FromWorker, PostedSpan, SpanWorkerData, ToWorker } from './posted-span.ts';

const { options, resource: resourceAttributes } = workerData as SpanWorkerData;
const port = parentPort!;
const resource = resourceFromAttributes(resourceAttributes);
const exporter = await createExporter(options);

/** The serializer groups by identity, so a scope must be the same object every time. */
const scopes = new Map<string, ReadableSpan['instrumentationScope']>();

function scopeOf(span: PostedSpan): ReadableSpan['instrumentationScope'] {
  const key = `${span.scopeName}@${span.scopeVersion ?? ''}`;
  let scope = scopes.get(key);
  if (scope === undefined) {
    scope = {
      name: span.scopeName,
      ...(span.scopeVersion === undefined ? {} : { version: span.scopeVersion }),
    };
    scopes.set(key, scope);
  }
  return scope;
}

function toReadable(span: PostedSpan): ReadableSpan {
  const { context, parent, scopeName: _name, scopeVersion: _version, ...rest } = span;
  return {
    ...rest,
    ...(parent === undefined ? {} : { parentSpanContext: parent }),
    spanContext: () => context,
    ended: true,
    resource,
    instrumentationScope: scopeOf(span),
  };
}

function send(message: FromWorker): void {
  port.postMessage(message);
}

/** The exporter fails what exceeds 30 requests at a time; a fair rival queues instead. Main bounds the queue. */
const IN_FLIGHT_MAX = 8;
const queue: (readonly PostedSpan[])[] = [];
let inFlight = 0;

function sendNext(): void {
  while (inFlight < IN_FLIGHT_MAX) {
    const spans = queue.shift();
    if (spans === undefined) return;
    inFlight++;
    exporter.export(spans.map(toReadable), (result) => {
      inFlight--;
      send({ type: 'result', count: spans.length, delivered: result.code === 0 });
      sendNext();
    });
  }
}

port.on('message', (message: ToWorker) => {
  queue.push(message.spans);
  sendNext();
});
send({ type: 'ready' });
