// An ESM application that knows nothing of offloop, only of the OpenTelemetry API.
import { trace } from '@opentelemetry/api';
import { record, say } from './say.mjs';

record(trace.getTracer('esm'), 10);
say('threads', process.getActiveResourcesInfo().filter((name) => name === 'Worker').length);
