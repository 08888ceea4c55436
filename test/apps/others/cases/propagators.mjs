// Propagators of others, with the SDK's contexts and spans: what they inject, and the spans under what they extract.

import { CloudPropagator } from '@google-cloud/opentelemetry-cloud-trace-propagator';
import { context, propagation, ROOT_CONTEXT } from '@opentelemetry/api';
import { AWSXRayPropagator } from '@opentelemetry/propagator-aws-xray';
import { AWSXRayLambdaPropagator } from '@opentelemetry/propagator-aws-xray-lambda';
import { InstanaPropagator } from '@opentelemetry/propagator-instana';
import { JaegerPropagator } from '@opentelemetry/propagator-jaeger';
import { OTTracePropagator } from '@opentelemetry/propagator-ot-trace';
import { SentryPropagator } from '@sentry/opentelemetry';

const XRAY = 'Root=1-8a3c60f7-d188f8fa79d48a391a778fa6;Parent=53995c3f42cd8ad8;Sampled=1';
const CARRIERS = [
  {},
  { 'x-amzn-trace-id': XRAY },
  { 'uber-trace-id': '0af7651916cd43dd8448eb211c80319c:b7ad6b7169203331:0:1', 'uberctx-user': 'ada' },
  {
    'ot-tracer-traceid': '0af7651916cd43dd',
    'ot-tracer-spanid': 'b7ad6b7169203331',
    'ot-tracer-sampled': 'true',
    'ot-baggage-user': 'ada',
  },
  { 'x-cloud-trace-context': '0af7651916cd43dd8448eb211c80319c/12345;o=1' },
  { 'x-instana-t': '0af7651916cd43dd', 'x-instana-s': 'b7ad6b7169203331', 'x-instana-l': '1' },
  { 'x-instana-t': '0af7651916cd43dd', 'x-instana-s': 'b7ad6b7169203331', 'x-instana-l': '0' },
];

const getter = { get: (from, key) => from[key], keys: Object.keys };
const setter = {
  set(to, key, value) {
    to[key] = value;
  },
};

/** The first one is the global one, too. */
const passing = (...propagators) => ({
  parts: { propagator: propagators[0] },
  use: (provider) => {
    const tracer = provider.getTracer('propagating');
    const passes = propagators.map((propagator) =>
      CARRIERS.map((carrier) => pass(tracer, propagator, carrier)),
    );
    return { fields: propagators.map((propagator) => propagator.fields()), passes };
  },
});

function pass(tracer, propagator, carrier) {
  const extracted = propagator.extract(ROOT_CONTEXT, carrier, getter);
  return tracer.startActiveSpan('server', { startTime: [1_750_000_000, 0] }, extracted, (span) => {
    const injected = {};
    propagator.inject(context.active(), injected, setter);
    const global = {};
    propagation.inject(context.active(), global);
    span.end([1_750_000_001, 0]);
    const baggage = propagation.getActiveBaggage()?.getAllEntries();
    return { injected, global, baggage, spanContext: span.spanContext() };
  });
}

export const all = () => {
  process.env._X_AMZN_TRACE_ID = XRAY;
  return passing(
    new AWSXRayPropagator(),
    new AWSXRayLambdaPropagator(),
    new JaegerPropagator(),
    new OTTracePropagator(),
    new CloudPropagator(),
    new InstanaPropagator(),
    new SentryPropagator(),
  );
};
