// Records spans and ends in the way that the argument says. Standard output is left to offloop: what became of the spans is told on
// standard error.

import { writeSync } from 'node:fs';
import { trace } from '@opentelemetry/api';
import { start } from 'offloop';
import { record } from './say.mjs';

const { count = 100, how, attributeBytes = 0, start: options } = JSON.parse(process.argv[2]);
const tell = (name, value) => writeSync(2, `${JSON.stringify({ [name]: value })}\n`);
const telemetry = start(options);
process.on('exit', (code) => tell('stats', { ...telemetry.stats(), exitCode: code }));
await telemetry.ready;
record(trace.getTracer('test'), count, { attributes: { text: 'x'.repeat(attributeBytes) } });
if (how === 'exit') process.exit(3);
if (how === 'throw') throw new Error('application error');
if (how === 'shutdown') tell('down', await telemetry.shutdown());
if (how === 'wait') {
  setInterval(() => {}, 1000);
  tell('waiting', true);
}
