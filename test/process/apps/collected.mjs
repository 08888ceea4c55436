// Records spans until V8 has optimized their code, then collects garbage while no span is open, several times over. Beside
// them a class of its own does the same: it has nobody who keeps an example of it. With the argument `processors` spans are those
// that processors of the application read.

import { setImmediate as nextTurn } from 'node:timers/promises';
import { trace } from '@opentelemetry/api';
import { start } from 'offloop';
import { recorder } from 'offloop/recorder';
import { say } from './say.mjs';

const SPANS = 10_000;
const ROUNDS = 2;

class Unkept {
  constructor(value) {
    this.value = value;
  }
}
let sum = 0;
function makeUnkept(value) {
  sum += new Unkept(value).value;
}

const processor = { onStart() {}, onEnd() {}, async forceFlush() {}, async shutdown() {} };
const plugIns = JSON.parse(process.argv[3] ?? 'null') === 'processors' ? { spanProcessors: [processor] } : {};
const telemetry = start({ ...JSON.parse(process.argv[2]), ...plugIns });
const tracer = trace.getTracer('collected');
const template = recorder.template({ name: 'template', attributes: [['number', 'int']] });
for (let round = 0; round < ROUNDS; round++) {
  for (let index = 0; index < SPANS; index++) {
    makeUnkept(index + 0.5);
    tracer.startActiveSpan('api', { attributes: { number: index } }, (span) => span.end());
    template.start().end(index);
    if (index % 1000 === 0) await telemetry.forceFlush();
  }
  // Maps outlive two collections.
  for (let collection = 0; collection < 3; collection++) {
    await nextTurn();
    globalThis.gc();
  }
}
say('sum', sum);
say('recorded', telemetry.stats().recorded);
