// Public door `offloop/register`: `node --import offloop/register app.js`, or `--require`. Starts telemetry from the
// environment, then the application's instrumentations. Preloading never stops an application: whatever is wrong is a
// warning. Synchronous to the end, since what is loaded with --require may not wait.

import { isInternalThread } from 'node:worker_threads';
import { hasConfigFile } from './config-file/configure.js';
import { loadEnvFile } from './config-file/env-file.js';
import { setUpInstrumentations } from './instrumentation/instrumentations.js';
import { causeOf, installDiagLogger, report } from './lifecycle/diagnostics.js';
import { startRuntime } from './runtime.js';

// NODE_OPTIONS reaches offloop's own workers on some ways (failure modes 25), and Node's thread for loader hooks: they
// must not trace themselves.
if (process.env.OFFLOOP_INTERNAL_WORKER !== '1' && !isInternalThread) {
  const warnings = loadEnvFile(process.env, 'lenient');
  // Beside a configuration file the variable does not count: what the file says comes when it is read.
  installDiagLogger(hasConfigFile(process.env) ? undefined : process.env.OTEL_LOG_LEVEL);
  for (const warning of warnings) report('warn', 'env file', warning);
  try {
    startRuntime({}, 'lenient');
    setUpInstrumentations(process.env);
  } catch (error) {
    report('error', 'register', `not started: ${causeOf(error).replace(/^offloop: /, '')}`);
  }
}
