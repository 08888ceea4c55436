// Waits for a signal with spans in a processor of the application, whose exporter answers later, or never.

import { trace } from '@opentelemetry/api';
import { start } from 'offloop';
import { BatchSpanProcessor } from 'offloop/sdk';
import { record, say } from './say.mjs';

const { hangs = false, processor = true, start: options } = JSON.parse(process.argv[2]);
const exporter = {
  export(spans, answer) {
    say('exporting', spans.length);
    if (hangs) return;
    setTimeout(() => {
      say('exported', spans.length);
      answer({ code: 0 });
    }, 50);
  },
  async shutdown() {},
};
const telemetry = start({
  ...options,
  ...(processor ? { spanProcessors: [new BatchSpanProcessor({ exporter })] } : {}),
});
await telemetry.ready;
record(trace.getTracer('test'), 100);
setInterval(() => {}, 1000);
say('ending');
