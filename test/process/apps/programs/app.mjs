// Requests at once, each with a program of its own from the file; says what came of each. Arguments: file, options of start().

import { readFileSync } from 'node:fs';
import { configureBlocking, currentSpan, start, withSpan } from 'offloop';
import { say } from '../say.mjs';
import { bodyOf } from './program.mjs';

const [file, options] = process.argv.slice(2).map((arg) => JSON.parse(arg));
const programs = JSON.parse(readFileSync(file, 'utf8'));
const telemetry = start(options);
configureBlocking({ threads: 2, queueSize: 10_000 });

async function request(program, i) {
  await new Promise((resolve) => setImmediate(resolve));
  try {
    await bodyOf(program, `r${i}`)();
    return null;
  } catch (error) {
    if (error.name !== 'Planned') throw error;
    return error.message;
  }
}
const outcomes = programs.map((program, i) =>
  withSpan(`request ${i}`, { errors: 'ignore' }, () => request(program, i)),
);
say('outcomes', await Promise.all(outcomes));
say('leaked', currentSpan() !== undefined);
await telemetry.forceFlush();
say('stats', telemetry.stats());
