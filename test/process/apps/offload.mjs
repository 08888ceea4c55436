// The official SDK 3.x with an OffloadSpanProcessor beside its own export, ended in the way that the argument says:
// { how, officialUrl, options, count, resource }.

import * as api from '@opentelemetry/api';
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { OffloadSpanProcessor } from 'offloop';
import { EVERY_SPAN_COUNT, recordEverySpan } from './every-span.mjs';
import { record, say } from './say.mjs';

const { how, officialUrl, options, count = 0, resource: detected = 'known' } = JSON.parse(process.argv[2]);

/** The request is what the official OTLP exporter makes of the spans. */
const official = {
  export: (spans, done) => {
    fetch(officialUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/x-protobuf' },
      body: ProtobufTraceSerializer.serializeRequest(spans),
    }).then(
      (response) => response.arrayBuffer().then(() => done({ code: response.ok ? 0 : 1 })),
      (error) => done({ code: 1, error }),
    );
  },
  forceFlush: async () => {},
  shutdown: async () => {},
};

let detect;
const detection = new Promise((resolve) => {
  detect = resolve;
});
const resource = resourceFromAttributes({
  'service.name': 'offloaded',
  numbers: [1, 2],
  ...(detected === 'known' ? {} : { 'cloud.id': detection }),
});
const offload = new OffloadSpanProcessor(options);
const provider = new TracerProvider({
  resource,
  spanProcessors:
    officialUrl === undefined ? [offload] : [offload, new SimpleSpanProcessor({ exporter: official })],
});
if (officialUrl !== undefined) {
  recordEverySpan({ api, provider });
  say('count', EVERY_SPAN_COUNT);
}
record(provider.getTracer('many'), count);
if (how.endsWith('resources')) {
  for (let i = 0; i < 6; i++) {
    const other = new TracerProvider({
      resource: resourceFromAttributes({ 'service.name': `other ${i}` }),
      spanProcessors: [offload],
    });
    record(other.getTracer('many'), 10);
  }
}
if (detected === 'detected later') setTimeout(() => detect('i-123'), 20);
// Behind offloop's listener: that came with the first span.
process.on('exit', () => say('stats', offload.stats()));
say('ending');

switch (how) {
  case 'exit':
    process.exit(3);
    break;
  case 'signal':
  case 'signal with resources':
    setInterval(() => {}, 1000);
    break;
  case 'flush-and-shutdown': {
    await provider.forceFlush();
    say('flushed', offload.stats());
    await provider.shutdown();
    say('down', offload.stats());
    record(provider.getTracer('many'), 5);
    break;
  }
  case 'failing': {
    say(
      'flush',
      await provider.forceFlush().then(
        () => 'resolved',
        (errors) => errors.map(({ message }) => message),
      ),
    );
    break;
  }
  default:
}
