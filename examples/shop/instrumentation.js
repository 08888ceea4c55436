// Preloaded by both services: registers the OpenTelemetry instrumentations exactly as they come from npm.
// Where the spans go is not decided here: `--import offloop/register` comes first and does that.

import { register } from 'node:module';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { ExpressInstrumentation } from '@opentelemetry/instrumentation-express';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';

// ES modules cannot be patched after they were loaded; this hook lets the instrumentations see them come.
register('@opentelemetry/instrumentation/hook.mjs', import.meta.url);

registerInstrumentations({
  instrumentations: [new HttpInstrumentation(), new ExpressInstrumentation(), new UndiciInstrumentation()],
});
