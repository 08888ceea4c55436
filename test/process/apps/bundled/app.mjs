// One of everything that needs a file of the package, or finds what another copy of it has started.

import { context, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { blockOn, defineTask, runBlocking, setLevel, start, traced, tracedAll, withSpan } from 'offloop';
import { recorder } from 'offloop/recorder';
import { BatchSpanProcessor, OTLPTraceExporter, TracerProvider } from 'offloop/sdk';
import { say } from '../say.mjs';

const [tasks, url] = process.argv.slice(2).map((arg) => JSON.parse(arg));
const template = recorder.template({ name: 'template', attributes: [['key', 'string']] });
const add = defineTask(tasks, 'add');

async function main() {
  const telemetry = start();
  const runBlockingGave = await withSpan('outer', async () => {
    const span = template.start();
    span.end('value');
    trace.getTracer('app').startSpan('by hand').end();
    await tracedAll(
      [1, 2],
      { name: 'all' },
      traced('item', async (item) => item),
    );
    return [await runBlocking(add, [1, 2]), blockOn(add, [3, 4])];
  });
  setLevel('off');
  withSpan('switched off', () => {});

  const carrier = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', baggage: 'a=1' };
  const incoming = propagation.extract(ROOT_CONTEXT, carrier);
  context.with(incoming, () => trace.getTracer('app').startSpan('continued').end());

  const provider = new TracerProvider({
    spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter({ url }) })],
  });
  provider.getTracer('sdk').startSpan('of the sdk').end();
  await provider.shutdown();
  const complete = await telemetry.forceFlush();
  const baggage = propagation.getBaggage(incoming)?.getEntry('a')?.value;
  say('ran', { runBlockingGave, complete, baggage });
  say('stats', telemetry.stats());
}

main();
