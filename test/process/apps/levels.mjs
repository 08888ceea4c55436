// Spans with levels, before and after start() and setLevel(). The argument: { before, start, set }.

import { DiagConsoleLogger, DiagLogLevel, diag } from '@opentelemetry/api';
import { enabled, setLevel, start, tracedAll } from 'offloop';
import { say } from './say.mjs';

const { before = false, start: options, set } = JSON.parse(process.argv[2]);
diag.setLogger(new DiagConsoleLogger(), DiagLogLevel.WARN);

async function spans(when) {
  for (const [level, target] of [
    ['debug', 'shop.cart'],
    ['info', 'db'],
    ['warn', 'db'],
    ['info', ''],
  ]) {
    await tracedAll([], { name: `${when} ${level} ${target}`, level, target }, () => {});
  }
}

if (before) say('before', enabled('info', 'db'));
const telemetry = start(options);
await spans('started');
if (set !== undefined) {
  setLevel(set);
  await spans('set');
}
await telemetry.shutdown();
