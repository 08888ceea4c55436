// Blocking tasks under other telemetry than plain start(): with plug-ins, the test kit, another SDK, under register.

import { trace } from '@opentelemetry/api';
import { runBlocking, start } from 'offloop';
import { say } from '../say.mjs';
import { nestedTask } from './tasks.mjs';

const [how, startOptions] = process.argv.slice(2).map((arg) => JSON.parse(arg));

async function request() {
  await trace.getTracer('app').startActiveSpan('request', async (span) => {
    await runBlocking(nestedTask, [1]);
    span.end();
  });
}

const hows = {
  async plugIns() {
    const ended = [];
    const processor = {
      onStart() {},
      onEnd: (span) => ended.push([span.name, span.resource.attributes['service.name'], span.links.length]),
      forceFlush: async () => {},
      shutdown: async () => {},
    };
    const telemetry = start({ ...startOptions, spanProcessors: [processor], serviceName: 'plugged' });
    await request();
    await telemetry.forceFlush();
    say('ended', ended);
    say('stats', telemetry.stats());
  },
  async testKit() {
    const { createTestTelemetry } = await import('offloop/testing');
    const telemetry = createTestTelemetry().register();
    await request();
    say('tree', telemetry.tree());
    await telemetry.shutdown();
  },
  async otherSdk() {
    const { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } = await import(
      '@opentelemetry/sdk-trace'
    );
    const { AsyncLocalStorageContextManager } = await import('offloop/sdk');
    const { context, diag } = await import('@opentelemetry/api');
    const warned = [];
    diag.setLogger({ error() {}, warn: (text) => warned.push(text), info() {}, debug() {}, verbose() {} });
    const exporter = new InMemorySpanExporter();
    trace.setGlobalTracerProvider(
      new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }),
    );
    context.setGlobalContextManager(new AsyncLocalStorageContextManager());
    await request();
    say(
      'names',
      exporter.getFinishedSpans().map(({ name }) => name),
    );
    say('warned', warned);
  },
  register: request,
};

await hows[how]();
say('ending');
