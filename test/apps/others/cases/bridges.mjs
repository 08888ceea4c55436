// What turns another interface into spans of OpenTelemetry.

import { context, trace } from '@opentelemetry/api';

export const opentracing = async () => {
  const { TracerShim } = await import('@opentelemetry/shim-opentracing');
  return {
    use: (provider) => {
      const tracer = new TracerShim(provider.getTracer('shim'));
      const startTime = 1_750_000_000_000;
      const parent = tracer.startSpan('parent', { startTime, tags: { 'span.kind': 'server', a: 1 } });
      parent.setBaggageItem('user', 'ada');
      const child = tracer.startSpan('child', { startTime: startTime + 1, childOf: parent });
      child.log({ event: 'error', message: 'bad' }, startTime + 2);
      child.setTag('error', true);
      const carrier = {};
      tracer.inject(child.context(), 'http_headers', carrier);
      const item = child.getBaggageItem('user');
      child.finish(startTime + 3);
      parent.finish(startTime + 4);
      return { carrier, item, ids: [child.context().toTraceId(), child.context().toSpanId()] };
    },
  };
};

export const langfuseTracing = async ({ url }) => {
  const { LangfuseSpanProcessor } = await import('@langfuse/otel');
  const {
    observe,
    propagateAttributes,
    setLangfuseTracerProvider,
    startActiveObservation,
    startObservation,
    updateActiveObservation,
    getActiveTraceId,
  } = await import('@langfuse/tracing');
  return {
    parts: {
      spanProcessors: [new LangfuseSpanProcessor({ publicKey: 'pk', secretKey: 'sk', baseUrl: url })],
    },
    use: async (provider) => {
      setLangfuseTracerProvider(provider);
      const startTime = new Date(1_750_000_000_000);
      const ids = await propagateAttributes({ userId: 'ada', sessionId: 's', tags: ['x'] }, () =>
        startActiveObservation('root', async (root) => {
          root.update({ input: { q: 1 } });
          const generation = startObservation(
            'generation',
            { model: 'm', input: 'hi' },
            { asType: 'generation', startTime },
          );
          generation.update({ output: 'ho', usageDetails: { input: 1 } });
          generation.end(new Date(1_750_000_000_500));
          await observe(async () => updateActiveObservation({ metadata: { deep: { a: 1 } } }), {
            name: 'observed',
          })();
          root.update({ output: 'done' });
          return getActiveTraceId();
        }),
      );
      return ids;
    },
  };
};

export const vercelAi = async () => {
  const { generateText } = await import('ai');
  const { MockLanguageModelV4 } = await import('ai/test');
  const { OpenTelemetry } = await import('@ai-sdk/otel');
  const usage = {
    inputTokens: { total: 3, noCache: 3, cacheRead: 0, cacheWrite: 0 },
    outputTokens: { total: 2, text: 2, reasoning: 0 },
  };
  const model = new MockLanguageModelV4({
    doGenerate: async () => ({
      content: [{ type: 'text', text: 'ho' }],
      finishReason: { unified: 'stop', raw: 'stop' },
      usage,
      warnings: [],
    }),
  });
  return {
    use: async (provider) => {
      const telemetry = {
        isEnabled: true,
        functionId: 'f',
        integrations: [new OpenTelemetry({ tracer: provider.getTracer('ai') })],
      };
      return provider.getTracer('app').startActiveSpan('handler', async (span) => {
        const { text } = await generateText({
          model,
          prompt: 'hi',
          experimental_telemetry: telemetry,
          telemetry,
        });
        span.end();
        return text;
      });
    },
  };
};

export const awsLambda = async () => {
  const { AwsLambdaInstrumentation } = await import('@opentelemetry/instrumentation-aws-lambda');
  const { createRequire } = await import('node:module');
  const { writeFileSync, mkdtempSync } = await import('node:fs');
  const { tmpdir } = await import('node:os');
  const folder = mkdtempSync(`${tmpdir()}/lambda-`);
  writeFileSync(
    `${folder}/index.js`,
    'exports.handler = async (event) => ({ ok: event.ok }); exports.bad = (event, context, callback) => callback(new Error("bad"));',
  );
  writeFileSync(`${folder}/package.json`, '{"type":"commonjs"}');
  return {
    use: async (provider) => {
      process.env.LAMBDA_TASK_ROOT = folder;
      process.env._HANDLER = 'index.handler';
      process.env.AWS_LAMBDA_FUNCTION_NAME = 'f';
      const flushes = [];
      const real = provider.forceFlush.bind(provider);
      provider.forceFlush = (...args) => {
        flushes.push(args.length);
        return real(...args);
      };
      const instrumentation = new AwsLambdaInstrumentation();
      instrumentation.setTracerProvider(provider);
      const { handler } = createRequire(`${folder}/x.js`)(`${folder}/index.js`);
      const answer = await new Promise((done, fail) => {
        const p = handler(
          { ok: 1 },
          { awsRequestId: 'r', invokedFunctionArn: 'arn:aws:lambda:eu:1:function:f', functionName: 'f' },
          (e, r) => (e ? fail(e) : done(r)),
        );
        p?.then(done, fail);
      });
      return { answer, flushes: [...flushes] };
    },
  };
};

export const prisma = async () => {
  const { PrismaInstrumentation } = await import('@prisma/instrumentation');
  return {
    use: async (provider) => {
      const instrumentation = new PrismaInstrumentation();
      instrumentation.setTracerProvider(provider);
      instrumentation.enable();
      // Where Prisma's client looks for it.
      const { helper } = globalThis.PRISMA_INSTRUMENTATION;
      const parent = provider.getTracer('app').startSpan('request', { startTime: [1_750_000_000, 0] });
      return context.with(trace.setSpan(context.active(), parent), () => {
        const traceparent = helper.getTraceParent();
        const result = helper.runInChildSpan({ name: 'query', attributes: { model: 'User' } }, () => 42);
        helper.dispatchEngineSpans(
          [
            {
              id: '1',
              parentId: null,
              name: 'prisma:engine:query',
              startTime: [1_750_000_000, 1],
              endTime: [1_750_000_000, 2],
              kind: 'client',
              attributes: { a: 'b' },
              links: [],
            },
            {
              id: '2',
              parentId: '1',
              name: 'prisma:engine:db_query',
              startTime: [1_750_000_000, 1],
              endTime: [1_750_000_000, 2],
              kind: 'internal',
              links: ['1'],
            },
          ],
          [],
        );
        parent.end([1_750_000_001, 0]);
        return { traceparent, result };
      });
    },
  };
};
