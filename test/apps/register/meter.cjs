// Preloaded before offloop/register: a meter provider that says who asks it for a meter.
const { metrics } = require('@opentelemetry/api');
const { writeSync } = require('node:fs');

const meterProvider = {
  getMeter(name) {
    writeSync(1, `${JSON.stringify({ meter: name })}\n`);
    return real.getMeter(name);
  },
};
const real = metrics.getMeterProvider();
metrics.setGlobalMeterProvider(meterProvider);
