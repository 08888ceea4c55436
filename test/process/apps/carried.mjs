// One trace through a child process, a worker thread that gets the context as workerData and by message, a queue of jobs as JSON,
// and concurrent items. The argument tells which part this is; none: the first.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { context, propagation, trace } from '@opentelemetry/api';
import { carryContext, start, tracedAll, withCarriedContext } from 'offloop';
import { say } from './say.mjs';

const file = fileURLToPath(import.meta.url);
const telemetry = start();
const tracer = trace.getTracer('app');

function work(name) {
  const order = propagation.getActiveBaggage()?.getEntry('order')?.value;
  tracer.startSpan(name, { attributes: { order } }).end();
}

if (!isMainThread) {
  withCarriedContext(workerData, () => work('in a thread, from workerData'));
  const [{ carrier }] = await once(parentPort, 'message');
  withCarriedContext(carrier, () => work('in a thread, from a message'));
  await telemetry.shutdown();
  parentPort.postMessage('done');
} else if (process.argv[2] === 'child') {
  withCarriedContext(process.env, () => work('in a child process'));
  await telemetry.shutdown();
} else {
  const baggage = propagation.createBaggage({ order: { value: '7' } });
  await context.with(propagation.setBaggage(context.active(), baggage), () =>
    tracer.startActiveSpan('request', async (request) => {
      const job = JSON.stringify({ kind: 'mail', telemetry: carryContext() });
      await tracedAll(['thread', 'process'], { name: 'parts' }, async (part) => {
        if (part === 'thread') {
          const worker = new Worker(file, { workerData: carryContext() });
          worker.postMessage({ carrier: carryContext() });
          const [answer] = await once(worker, 'message');
          if (answer !== 'done') throw new Error(answer);
          await worker.terminate();
        } else {
          const env = { ...process.env, ...carryContext({ as: 'environment' }) };
          const [code] = await once(
            spawn(process.execPath, [file, 'child'], { env, stdio: 'inherit' }),
            'exit',
          );
          if (code !== 0) throw new Error(`child ended with ${code}`);
        }
      });
      request.end();
      setImmediate(() => withCarriedContext(JSON.parse(job).telemetry, () => work('from a job')));
    }),
  );
  await new Promise(setImmediate);
  await telemetry.shutdown();
  say('stats', telemetry.stats());
}
