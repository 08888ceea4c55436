// Public door `offloop/register`: `node --import offloop/register app.js`, or `--require`. Starts telemetry from the
// environment. Preloading never stops an application: whatever is wrong is a warning.

import { installDiagLogger, report } from './lifecycle/diagnostics.js';
import { startRuntime } from './runtime.js';

// NODE_OPTIONS reaches offloop's own workers on some ways (failure modes 25): they must not trace themselves.
if (process.env.OFFLOOP_INTERNAL_WORKER !== '1') {
  installDiagLogger(process.env.OTEL_LOG_LEVEL);
  try {
    startRuntime({}, 'lenient');
  } catch (error) {
    report('error', 'register', `not started: ${error instanceof Error ? error.message : String(error)}`);
  }
}
