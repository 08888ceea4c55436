// Real applications with unmodified instrumentations, each run twice with the same requests: under the official SDK
// and under offloop. What arrives at the collector is the same.

import { describe, expect, inject, test } from 'vitest';
import { APP_REQUESTS } from './app-requests.js';
import { type AppRun, type ModuleKind, runApp, type Sdk } from './app-run.js';
import { type ComparableSpan, comparableSpans } from './comparable-spans.js';

const MODULE_KINDS: readonly (readonly [string, ModuleKind])[] = [
  ['an ES module', 'mjs'],
  ['CommonJS', 'cjs'],
];

/** Scopes without which a run would prove nothing. */
const INSTRUMENTATIONS: Readonly<Record<string, readonly string[]>> = {
  http: ['@opentelemetry/instrumentation-http'],
  express: ['@opentelemetry/instrumentation-express'],
  fastify: ['@fastify/otel'],
  koa: ['@opentelemetry/instrumentation-koa'],
  logs: ['app'],
  undici: ['@opentelemetry/instrumentation-undici'],
  grpc: ['@opentelemetry/instrumentation-grpc'],
  pg: ['@opentelemetry/instrumentation-pg'],
  ioredis: ['@opentelemetry/instrumentation-ioredis'],
};

const environment = {
  APP_POSTGRES_PORT: String(inject('postgresPort')),
  APP_REDIS_PORT: String(inject('redisPort')),
};

/**
 * The official SDK has loaded grpc-js for an exporter of its own before anything is patched, and so misses what
 * grpc-js looks up and connects to; under offloop these spans are there. They say nothing about the SDKs.
 */
const ENVIRONMENTS: Readonly<Record<string, NodeJS.ProcessEnv>> = {
  grpc: { OTEL_NODE_DISABLED_INSTRUMENTATIONS: 'dns,net' },
};

describe.each(Object.keys(APP_REQUESTS))('%s', (app) => {
  test.each(MODULE_KINDS)('as %s: the spans are those of the official SDK', async (_name, kind) => {
    const run = (sdk: Sdk) =>
      runApp({
        app,
        kind,
        sdk,
        requests: APP_REQUESTS[app],
        environment: { ...environment, ...ENVIRONMENTS[app] },
      });
    const official = await run('official');
    const ours = await run('offloop');
    const expected = comparableSpans(official.spans, official.ports);
    const scopes = new Set(official.spans.map(({ scope }) => scope));
    for (const scope of [...INSTRUMENTATIONS[app], '@opentelemetry/instrumentation-http']) {
      expect(scopes, 'the official SDK recorded').toContain(scope);
    }
    expect(comparableSpans(ours.spans, ours.ports), ours.stderr).toEqual(expected);
    expect(expected.flatMap(lostParents), 'every parent arrived').toEqual([]);
    expect(unordered(official), 'the official SDK: no span ends before it starts').toEqual([]);
    expect(unordered(ours), 'offloop: no span ends before it starts').toEqual([]);
    expect(resourceValues(ours, 'service.name')).toEqual(resourceValues(official, 'service.name'));
    expect(resourceValues(official, 'telemetry.sdk.name')).toEqual([{ string: 'opentelemetry' }]);
    expect(resourceValues(ours, 'telemetry.sdk.name')).toEqual([{ string: 'offloop' }]);
    expect(ours.stderr).toBe('');
  });
});

function lostParents({ name, parent, children }: ComparableSpan): string[] {
  return [...(parent === 'lost' ? [name] : []), ...children.flatMap(lostParents)];
}

function unordered({ spans }: AppRun): string[] {
  return spans.filter(({ start, end }) => BigInt(end) < BigInt(start)).map(({ name }) => name);
}

/** The different ones among all spans. */
function resourceValues({ spans }: AppRun, name: string): unknown[] {
  const values = spans.map(({ resource }) => JSON.stringify(resource.find(({ key }) => key === name)?.value));
  return [...new Set(values)].map((value) => JSON.parse(value ?? 'null'));
}
