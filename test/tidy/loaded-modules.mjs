// Child program of import-budget.test.ts: uses offloop as an application does, then writes to standard output what
// this thread has loaded until then. Argument: JSON of { doors, start, extra }.
//
// Two sources, each complete for its half: process.moduleLoadList has every built-in that was compiled, however it was
// reached; a synchronous load hook sees every file, imported or required. Worker threads have lists of their own.
// The result is written with a plain write: process.stdout is not touched here (see import-budget.test.ts).

import { writeSync } from 'node:fs';
import { registerHooks } from 'node:module';

const before = new Set(process.moduleLoadList);
const files = [];
registerHooks({
  load(url, context, nextLoad) {
    if (!url.startsWith('node:')) files.push(url);
    return nextLoad(url, context);
  },
});

const { doors, start, extra } = JSON.parse(process.argv[2]);
for (const door of doors) await import(door);
let stats;
if (start) {
  const telemetry = (await import('offloop')).start({ scheduledDelayMillis: 10 });
  await telemetry.ready;
  const { propagation, ROOT_CONTEXT, trace } = await import('@opentelemetry/api');
  // Headers of a trace are no reason to load a package either; baggage would be one.
  const headers = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`, tracestate: 'a=1' };
  const parent = propagation.extract(ROOT_CONTEXT, headers);
  const span = trace
    .getTracer('budget')
    .startSpan('span', { attributes: { text: 'x', number: 1, list: [1, 2] } }, parent);
  propagation.inject(trace.setSpan(parent, span), {});
  span.end();
  await telemetry.forceFlush(200);
  stats = telemetry.stats();
}
for (const specifier of extra) await import(specifier);

const builtins = process.moduleLoadList
  .filter((entry) => entry.startsWith('NativeModule ') && !before.has(entry))
  .map((entry) => entry.slice('NativeModule '.length));
writeSync(1, JSON.stringify({ builtins, files, recorded: stats?.recorded, workers: stats?.workers }));
process.exit(0);
