// The official SDK 2.x on API 1.9 with an OffloadSpanProcessor beside its own batch processor and exporter:
// { officialUrl, options, how }.

import * as api from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { OffloadSpanProcessor } from 'offloop';
import { EVERY_SPAN_COUNT, recordEverySpan } from '../every-span.mjs';
import { say } from '../say.mjs';

const { officialUrl, options, how } = JSON.parse(process.argv[2]);
const messages = [];
const logger = Object.fromEntries(
  ['error', 'warn', 'info', 'debug', 'verbose'].map((level) => [
    level,
    (text) => messages.push(`${level} ${text}`),
  ]),
);
api.diag.setLogger(logger, api.DiagLogLevel.WARN);
const offload = new OffloadSpanProcessor(options);
const provider = new NodeTracerProvider({
  spanProcessors: [offload, new BatchSpanProcessor(new OTLPTraceExporter({ url: officialUrl }))],
});
provider.register();
recordEverySpan({ api, provider: api.trace.getTracerProvider() });
say('count', EVERY_SPAN_COUNT);
process.on('exit', () => say('stats', offload.stats()));
await provider.forceFlush();
say('messages', messages);
if (how === 'exit') {
  recordEverySpan({ api, provider: api.trace.getTracerProvider() });
  process.exit(3);
}
await provider.shutdown();
