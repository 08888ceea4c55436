// Plug-ins and parts of the official SDK where offloop takes them, and offloop's where the official SDK does. Compiled only.

import * as official from '@opentelemetry/sdk-trace';
import { start } from 'offloop';
import * as offloop from 'offloop/sdk';

declare const officialProcessor: official.SpanProcessor;
declare const officialExporter: official.SpanExporter;
declare const officialSampler: official.Sampler;
declare const officialIds: official.IdGenerator;
declare const officialSpan: official.ReadableSpan & official.Span;
declare const offloopProcessor: offloop.SpanProcessor;
declare const offloopExporter: offloop.SpanExporter;
declare const offloopSampler: offloop.Sampler;
declare const offloopSpan: offloop.ReadableSpan & offloop.Span;

export const parts = [
  new offloop.TracerProvider({
    sampler: officialSampler,
    idGenerator: officialIds,
    spanProcessors: [officialProcessor, new official.SimpleSpanProcessor({ exporter: offloopExporter })],
  }),
  new official.TracerProvider({
    sampler: offloopSampler,
    idGenerator: new offloop.RandomIdGenerator(),
    spanProcessors: [offloopProcessor, new offloop.BatchSpanProcessor({ exporter: officialExporter })],
  }),
  new offloop.ParentBasedSampler({ root: officialSampler }),
  new official.ParentBasedSampler({ root: new offloop.AlwaysOnSampler() }),
];

export function callThem(): void {
  officialProcessor.onEnd(offloopSpan);
  offloopProcessor.onEnd(officialSpan);
  start({
    spanProcessors: [officialProcessor, offloopProcessor],
    sampler: officialSampler,
    idGenerator: officialIds,
    tracerConfigurator: (scope) => ({ enabled: scope.name !== 'noisy' }),
  });
}
