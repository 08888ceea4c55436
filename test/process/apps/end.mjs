// Starts offloop in code, records spans and ends in the way that the argument says:
// { count, how, warm, start, handler, signalExit }.

import { trace } from '@opentelemetry/api';
import { start } from 'offloop';
import { record, say } from './say.mjs';

const {
  count = 100,
  how,
  warm = false,
  start: options,
  handler,
  attributeBytes = 0,
  signalExit = false,
} = JSON.parse(process.argv[2]);
const telemetry = start(options);
// After offloop's own listener, which has flushed by then.
process.on('exit', (code) => say('stats', { ...telemetry.stats(), exitCode: code }));
if (handler !== undefined) {
  process.on(handler.signal, () => {
    say('handled');
    if (handler.exitCode !== undefined) process.exit(handler.exitCode);
  });
}
if (signalExit) {
  const { onExit } = await import('signal-exit');
  onExit((_code, signal) => say('signal-exit', signal));
}
if (warm) await telemetry.ready;
const tracer = trace.getTracer('test');
record(tracer, count, attributeBytes === 0 ? {} : { attributes: { text: 'x'.repeat(attributeBytes) } });
say('ending');

switch (how) {
  case 'exit':
    process.exit(3);
    break;
  case 'throw':
    throw new Error('application error');
  case 'reject':
    Promise.reject(new Error('application rejection'));
    break;
  case 'wait':
    // Held alive by nothing but this timer, until a signal comes.
    setInterval(() => {}, 1000);
    break;
  case 'shutdown': {
    say('flushed', await telemetry.forceFlush());
    say('down', await telemetry.shutdown());
    record(tracer, 5);
    break;
  }
  case 'flush-and-stay': {
    say('flushed', await telemetry.forceFlush(1000));
    break;
  }
  case 'idempotent':
    say('same', start({ serviceName: 'other' }) === telemetry);
    break;
  default:
}
