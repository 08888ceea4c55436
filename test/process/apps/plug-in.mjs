// Registers a span processor for configuration files, then starts in code; says what the processor was given.
import { trace } from '@opentelemetry/api';
import { start } from 'offloop';
import { registerPluginComponentProvider } from 'offloop/sdk';
import { say } from './say.mjs';

const ended = [];
registerPluginComponentProvider({
  type: 'span_processor',
  name: 'mine',
  create: (properties) => {
    say('properties', properties);
    return {
      onStart: () => {},
      onEnd: (span) => ended.push(span.name),
      forceFlush: async () => {},
      shutdown: async () => {},
    };
  },
});
const telemetry = start();
trace.getTracer('plug-in').startSpan('seen').end();
await telemetry.shutdown();
say('ended', ended);
