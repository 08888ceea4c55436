// Samplers in a real process, from the variable or the option to what the collector gets. Checklist A8.

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AppProcess, REGISTER, runApp } from './app-process.js';
import { OtlpSink } from './otlp-sink.js';

const TRACES = 200;
/** Six standard deviations of a binomial around half of them. */
const DEVIATION = 6 * Math.sqrt(TRACES * 0.25);

let sink: OtlpSink;
beforeEach(async () => {
  sink = await OtlpSink.start();
});
afterEach(() => sink.close());

async function run(kind: string, environment: NodeJS.ProcessEnv = {}) {
  const app = new AppProcess({
    app: 'sampled.mjs',
    args: [kind],
    environment: { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, ...environment },
  });
  const end = await app.ended;
  expect(end).toMatchObject({ code: 0, stderr: '' });
  expect(end.stats?.recorded).toBe(sink.spans.length);
  expect(end.stats?.delivered).toBe(sink.spans.length);
  return { roots: named('root'), children: named('child'), spanClass: await app.said('spanClass') };
}

const named = (name: string) => sink.spans.filter((span) => span.name === name);
const ids = (spans: readonly { readonly traceId: string }[]) => spans.map(({ traceId }) => traceId).sort();

function isHalf(count: number): void {
  expect(Math.abs(count - TRACES / 2)).toBeLessThan(DEVIATION);
}

describe('the sampler of start()', () => {
  test('A8.8 probability keeps what reaches the threshold and tells the collector which one it was', async () => {
    const { roots, children } = await run('variables', {
      OTEL_TRACES_SAMPLER: 'Probability',
      OTEL_TRACES_SAMPLER_ARG: '0.5',
    });
    isHalf(roots.length);
    expect(ids(children)).toEqual(ids(roots));
    for (const { traceId, traceState } of sink.spans) {
      expect(traceId.slice(18) >= '80000000000000').toBe(true);
      expect(traceState).toBe('ot=th:8');
    }
  });

  test('A8.10 composite_parent_threshold keeps whole traces with the root’s threshold', async () => {
    const { roots, children } = await run('variables', {
      OTEL_TRACES_SAMPLER: 'composite_parent_threshold',
      OTEL_TRACES_SAMPLER_ARG: '0.25',
    });
    expect(roots.length).toBeGreaterThan(0);
    expect(roots.length).toBeLessThan(TRACES / 2);
    expect(ids(children)).toEqual(ids(roots));
    expect(new Set(sink.spans.map(({ traceState }) => traceState))).toEqual(new Set(['ot=th:c']));
  });

  test('A8.4 classes of offloop/sdk keep whole traces, and spans go straight to the ring', async () => {
    const { roots, children, spanClass } = await run('classes');
    isHalf(roots.length);
    expect(ids(children)).toEqual(ids(roots));
    expect(spanClass).toBe('RecordingSpan');
  });

  test('A8.2 an object of the user decides, and its attributes are exported', async () => {
    const { roots, children, spanClass } = await run('object');
    expect(spanClass).toBe('RecordingSpan');
    expect([roots.length, children.length]).toEqual([0, TRACES]);
    for (const { attributes } of children) {
      expect(attributes).toEqual([{ key: 'sampler.rule', value: { string: 'children' } }]);
    }
  });
});

test('A8.11 a remote sampler whose package is missing is one message with the remedy; everything is sampled', async () => {
  const end = await runApp({
    app: 'preloaded.mjs',
    nodeArgs: ['--import', REGISTER],
    environment: { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, OTEL_TRACES_SAMPLER: 'jaeger_remote' },
  });
  expect(end.code).toBe(0);
  expect(end.stderr.match(/npm install @opentelemetry\/sampler-jaeger-remote/g)).toHaveLength(1);
  expect(sink.spans.length).toBeGreaterThan(0);
});
