// Registers a span processor and a propagator for configuration files, then starts in code; says what the processor was given.
import { propagation, trace } from '@opentelemetry/api';
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
registerPluginComponentProvider({
  type: 'propagator',
  name: 'mine',
  create: () => ({
    inject: (_context, carrier, setter) => setter.set(carrier, 'x-mine', '1'),
    extract: (context) => context,
    fields: () => ['x-mine'],
  }),
});
const telemetry = start(JSON.parse(process.argv[2] ?? '{}'));
say('fields', propagation.fields());
trace.getTracer('plug-in').startSpan('seen').end();
await telemetry.shutdown();
say('ended', ended);
