// Samplers and id generators of others.

import { ROOT_CONTEXT } from '@opentelemetry/api';
import { recordSpans } from '../program.mjs';

/** Many roots, so that ratios show. */
const roots = (provider) => {
  const tracer = provider.getTracer('roots');
  for (let i = 0; i < 60; i++) {
    const options = {
      kind: i % 2,
      startTime: [1_750_000_000 + i, 0],
      attributes: { 'http.request.method': 'GET', 'url.path': `/p/${i}`, i },
    };
    tracer.startSpan(`root ${i % 3}`, options).end([1_750_000_001 + i, 0]);
  }
  recordSpans(provider);
};

export const composite = async () => {
  const s = await import('@opentelemetry/sampler-composite');
  return {
    parts: {
      sampler: s.createCompositeSampler(
        s.createComposableParentThresholdSampler(s.createComposableProbabilitySampler(0.3)),
      ),
    },
    use: roots,
  };
};

export const parentBased = async () => {
  const { ParentBasedSampler, TraceIdRatioBasedSampler } = await import('@opentelemetry/sdk-trace-base');
  return {
    parts: { sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(0.4) }) },
    use: roots,
  };
};

export const jaegerRemote = async ({ url }) => {
  const { JaegerRemoteSampler } = await import('@opentelemetry/sampler-jaeger-remote');
  const { AlwaysOffSampler } = await import('@opentelemetry/sdk-trace-base');
  const sampler = new JaegerRemoteSampler({
    endpoint: url,
    serviceName: 'shop',
    initialSampler: new AlwaysOffSampler(),
    poolingInterval: 20,
  });
  return {
    answers: {
      '/sampling': { body: { strategyType: 'PROBABILISTIC', probabilisticSampling: { samplingRate: 0.5 } } },
    },
    parts: { sampler },
    ready: () => until(() => String(sampler).includes('TraceIdRatio')),
    use: roots,
  };
};

export const awsXray = async ({ url }) => {
  const { AWSXRayRemoteSampler } = await import('@opentelemetry/sampler-aws-xray');
  const { resourceFromAttributes } = await import('@opentelemetry/resources');
  const any = {
    ResourceARN: '*',
    ServiceName: '*',
    ServiceType: '*',
    Host: '*',
    HTTPMethod: '*',
    Attributes: {},
  };
  const rule = (RuleName, Priority, FixedRate, URLPath) => ({
    CreatedAt: 0,
    ModifiedAt: 0,
    SamplingRule: {
      ...any,
      RuleName,
      RuleARN: RuleName,
      Priority,
      FixedRate,
      URLPath,
      ReservoirSize: 0,
      Version: 1,
    },
  });
  const resource = resourceFromAttributes({ 'service.name': 'shop' });
  const sampler = new AWSXRayRemoteSampler({ resource, endpoint: url, pollingInterval: 3600 });
  const isSampled = (path) =>
    sampler.shouldSample(ROOT_CONTEXT, '0'.repeat(31).concat('1'), 'probe', 1, { 'url.path': path }, [])
      .decision === 2;
  return {
    answers: {
      '/GetSamplingRules': {
        body: { SamplingRuleRecords: [rule('ones', 1, 1, '/p/1*'), rule('Default', 10_000, 0, '*')] },
      },
      '/SamplingTargets': {
        body: { LastRuleModification: 0, SamplingTargetDocuments: [], UnprocessedStatistics: [] },
      },
    },
    parts: { sampler },
    // Without rules it takes one a second, and few of the others.
    ready: () => until(() => [1, 2, 3, 4, 5].every(() => isSampled('/p/1'))),
    use: roots,
  };
};

export const awsXrayIds = async () => {
  const { AWSXRayIdGenerator } = await import('@opentelemetry/id-generator-aws-xray');
  return {
    parts: { idGenerator: new AWSXRayIdGenerator() },
    use: (provider) => {
      const { traceId, spanId } = provider.getTracer('ids').startSpan('aged').spanContext();
      return {
        ageSeconds: Math.abs(Number.parseInt(traceId.slice(0, 8), 16) - Date.now() / 1000) < 5,
        lengths: [traceId.length, spanId.length],
      };
    },
  };
};

async function until(condition) {
  while (!condition()) await new Promise((done) => setTimeout(done, 5));
}
