// The instrumentations without any provider: what they cost whatever SDK is used. Preloaded by
// bench/http-server/server-process.ts.

const { getNodeAutoInstrumentations } = require('@opentelemetry/auto-instrumentations-node');
const { registerInstrumentations } = require('@opentelemetry/instrumentation');

registerInstrumentations({ instrumentations: getNodeAutoInstrumentations() });
