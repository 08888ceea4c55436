// The bench's own arithmetic: if it is wrong, every figure is. The scenarios themselves run with `npm run bench`.

import { gzipSync } from 'node:zlib';
import { SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseBenchArguments } from '../../bench/arguments.ts';
import { RATIO_BOUNDS } from '../../bench/bounds.ts';
import { countSpans } from '../../bench/count-spans.ts';
import { ValueSource } from '../../bench/load/values.ts';
import { reportTable } from '../../bench/report.ts';
import {
  buildResult,
  computeRatios,
  formErrors,
  noisyRatios,
  type RatioRule,
  SampleTable,
} from '../../bench/result.ts';
import { Sink } from '../../bench/sink-client.ts';
import { median, percentile } from '../../bench/stats.ts';
import { assertReceived } from '../../bench/workload.ts';

function spansOf(resources: readonly (readonly number[])[]): ReadableSpan[] {
  return resources.flatMap((scopes, resourceIndex) => {
    const resource = resourceFromAttributes({ 'service.name': `service-${resourceIndex}` });
    return scopes.flatMap((count, scopeIndex) => {
      const instrumentationScope = { name: `scope-${scopeIndex}` };
      return Array.from({ length: count }, (_, index): ReadableSpan => {
        const context = {
          traceId: (index + 1).toString(16).padStart(32, '0'),
          spanId: (index + 1).toString(16).padStart(16, '0'),
          traceFlags: TraceFlags.SAMPLED,
        };
        return {
          name: `span ${index}`,
          kind: SpanKind.SERVER,
          spanContext: () => context,
          startTime: [1_700_000_000, 5],
          endTime: [1_700_000_001, 6],
          duration: [1, 1],
          status: { code: SpanStatusCode.OK },
          attributes: { route: 'x'.repeat(index % 300), status: 200, hit: true },
          links: [],
          events: [
            { name: 'event', time: [1_700_000_000, 7], attributes: { a: 1 }, droppedAttributesCount: 0 },
          ],
          ended: true,
          resource,
          instrumentationScope,
          droppedAttributesCount: 0,
          droppedEventsCount: 0,
          droppedLinksCount: 0,
        };
      });
    });
  });
}

function encode(resources: readonly (readonly number[])[]): Uint8Array {
  return ProtobufTraceSerializer.serializeRequest(spansOf(resources))!;
}

describe('the span counter of the sink', () => {
  test('counts the spans of requests that otlp-transformer encoded, over any resources and scopes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 4 }), { maxLength: 4 }),
        (resources) => {
          expect(countSpans(encode(resources))).toBe(resources.flat().reduce((sum, count) => sum + count, 0));
        },
      ),
      { numRuns: 50 },
    );
  });

  test('counts nothing in an empty request', () => {
    expect(countSpans(new Uint8Array())).toBe(0);
  });

  test('refuses a request that was cut off at any byte within its only resource', () => {
    const bytes = encode([[3, 2]]);
    for (let length = 1; length < bytes.length; length++) {
      expect(() => countSpans(bytes.subarray(0, length))).toThrow(/protobuf/);
    }
    expect(countSpans(bytes)).toBe(5);
  });

  test('skips fields of every wire type that it does not know', () => {
    const unknown = [0x50, 0x96, 0x01, 0x59, 1, 2, 3, 4, 5, 6, 7, 8, 0x65, 1, 2, 3, 4, 0x6a, 2, 9, 9];
    expect(countSpans(new Uint8Array([...unknown, ...encode([[7]])]))).toBe(7);
  });
});

describe('the sink process', () => {
  let sink: Sink;
  beforeAll(async () => {
    sink = await Sink.start();
  });
  afterAll(async () => {
    await sink.close();
  });

  const post = (body: Uint8Array, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`http://127.0.0.1:${sink.httpPort}/v1/traces`, {
      method: 'POST',
      body: Buffer.from(body),
      headers,
    });
  const put = (path: string): Promise<Response> =>
    fetch(`http://127.0.0.1:${sink.httpPort}${path}`, { method: 'PUT' });

  test('counts plain and compressed bodies, and bodies that are no requests apart', async () => {
    const before = await sink.count();
    expect((await post(encode([[11]]))).status).toBe(200);
    expect((await post(gzipSync(encode([[4], [5]])), { 'content-encoding': 'gzip' })).status).toBe(200);
    await post(new Uint8Array([0x0a, 0xff]));
    await post(new Uint8Array([1, 2, 3]), { 'content-encoding': 'gzip' });
    const after = await sink.count();
    expect(after.spans - before.spans).toBe(20);
    expect(after.requests - before.requests).toBe(4);
    expect(after.invalid - before.invalid).toBe(2);
  });

  test('answers nobody while it is held, and everybody when it is released', async () => {
    await put('/hold');
    const before = await sink.count();
    let answered = false;
    const reply = post(encode([[3]])).then((response) => {
      answered = true;
      return response.status;
    });
    while ((await sink.count()).spans < before.spans + 3);
    expect(answered).toBe(false);
    await put('/release');
    expect(await reply).toBe(200);
  });
});

describe('results', () => {
  const rules: RatioRule[] = [
    {
      key: 'cost:v',
      kind: 'cost',
      ours: { subject: 'offloop', variant: 'v', metric: 'cost' },
      rival: { subject: 'otel-js', variant: 'v', metric: 'cost' },
    },
    {
      key: 'rate:v',
      kind: 'throughput',
      ours: { subject: 'offloop', variant: 'v', metric: 'rate' },
      rival: { subject: 'otel-js', variant: 'v', metric: 'rate' },
    },
  ];

  function table(): SampleTable {
    const samples = new SampleTable();
    for (const cost of [300, 100, 200]) samples.add('offloop', 'v', { cost, rate: 10 * cost });
    for (const cost of [1000, 900, 5000]) samples.add('otel-js', 'v', { cost, rate: cost });
    return samples;
  }

  test('a ratio above 1 means that offloop is better, for costs and for throughputs', () => {
    expect(computeRatios(table().rows(), rules)).toEqual({ 'cost:v': 5, 'rate:v': 2 });
  });

  test('there is no ratio for a subject that took no part, and none from a cost within the noise', () => {
    const alone = new SampleTable();
    alone.add('otel-js', 'v', { cost: 5, rate: 5 });
    expect(computeRatios(alone.rows(), rules)).toEqual({});
    expect(noisyRatios(alone.rows(), rules)).toEqual([]);
    alone.add('offloop', 'v', { cost: -1, rate: 10 });
    expect(computeRatios(alone.rows(), rules)).toEqual({ 'rate:v': 2 });
    expect(noisyRatios(alone.rows(), rules)).toEqual(['cost:v']);
  });

  test('a row holds the median and every sample', () => {
    expect(table().rows()[0]).toEqual({
      subject: 'offloop',
      variant: 'v',
      cost: 200,
      rate: 2000,
      samples: { cost: [300, 100, 200], rate: [3000, 1000, 2000] },
    });
  });

  test('a sample that is no number is refused', () => {
    expect(() => new SampleTable().add('offloop', 'v', { cost: Number.NaN })).toThrow(/cost is NaN/);
  });

  test('what is built has the documented form, also after JSON', () => {
    const result = buildResult('record', 3, table().rows(), rules);
    expect(formErrors(result)).toEqual([]);
    expect(formErrors(JSON.parse(JSON.stringify(result)))).toEqual([]);
    expect(Object.keys(result)).toEqual(['scenario', 'node', 'cpu', 'rounds', 'rows', 'ratios']);
  });

  test.each([
    ['a missing field', { node: undefined }, /node/],
    ['an unknown field', { extra: 1 }, /unknown fields extra/],
    ['no rounds', { rounds: 0 }, /rounds/],
    ['no rows', { rows: [] }, /rows/],
    ['a row without metrics', { rows: [{ subject: 'a', variant: 'b', samples: {} }] }, /no metric/],
    ['a wrong median', { rows: [{ subject: 'a', variant: 'b', c: 2, samples: { c: [1] } }] }, /median/],
    ['a metric without samples', { rows: [{ subject: 'a', variant: 'b', c: 2, samples: {} }] }, /median/],
    ['a key without variant', { ratios: { cost: 2 } }, /<metric>:<variant>/],
    ['a ratio of 0', { ratios: { 'cost:v': 0 } }, /no ratio/],
  ])('the form check finds %s', (_what, change, message) => {
    const result = { ...buildResult('record', 3, table().rows(), rules), ...change };
    expect(formErrors(result).join('; ')).toMatch(message);
  });

  test('the printed table shows the bound next to the ratio', () => {
    const samples = new SampleTable();
    samples.add('otel-js', 'api', { recordNsPerSpan: 340 });
    samples.add('offloop', 'api', { recordNsPerSpan: 100 });
    const cell = (subject: string) => ({ subject, variant: 'api', metric: 'recordNsPerSpan' });
    const rule: RatioRule = {
      key: 'recordNsPerSpan:api',
      kind: 'cost',
      ours: cell('offloop'),
      rival: cell('otel-js'),
    };
    expect(reportTable(buildResult('record', 1, samples.rows(), [rule]))).toMatch(
      /recordNsPerSpan:api +3\.40 +3\.5 +4\.5 +MISSED/,
    );
    samples.add('otel-js', 'api', { recordNsPerSpan: 360 });
    expect(reportTable(buildResult('record', 1, samples.rows(), [rule]))).toMatch(
      /3\.50 +3\.5 +4\.5 +reached/,
    );
  });

  test('every bound belongs to a ratio that a scenario computes', async () => {
    const scenarios = await Promise.all([
      import('../../bench/scenarios/record.ts'),
      import('../../bench/scenarios/pipeline.ts'),
      import('../../bench/scenarios/loop-delay.ts'),
      import('../../bench/scenarios/sustained.ts'),
      import('../../bench/scenarios/startup.ts'),
      import('../../bench/scenarios/http-server.ts'),
      import('../../bench/scenarios/bridge.ts'),
      import('../../bench/scenarios/threads.ts'),
    ]);
    const keys = scenarios.flatMap(({ scenario }) => scenario.ratios.map(({ key }) => key));
    for (const key of Object.keys(RATIO_BOUNDS)) expect(keys).toContain(key);
  });
});

describe('the assertion that the work happened', () => {
  const work = { task: 'record', subject: 'offloop', lossless: true } as const;
  const report = { metrics: {}, offered: 100, unsampled: 0, delivered: 100, dropped: 0 };
  const unsampled = { ...report, offered: 0, unsampled: 100, delivered: 0 };

  test('accepts a report that the sink confirms', () => {
    expect(() => assertReceived(work, report, 100, 0)).not.toThrow();
  });

  test('accepts spans that the sampler dropped, if nothing reached the sink', () => {
    expect(() => assertReceived(work, unsampled, 0, 0)).not.toThrow();
  });

  test.each([
    ['a span less at the sink', report, 99, 0, /sink received 99/],
    ['a span more at the sink', report, 101, 0, /sink received 101/],
    ['a span unaccounted for', { ...report, delivered: 99 }, 99, 0, /delivered 99 and dropped 0/],
    ['a dropped span', { ...report, delivered: 99, dropped: 1 }, 99, 0, /dropped 1/],
    ['a body that was no request', report, 100, 1, /could not read 1/],
    ['an unsampled span at the sink', unsampled, 1, 0, /sink received 1 spans/],
    [
      'an unsampled span that was recorded',
      { ...unsampled, dropped: 1 },
      0,
      0,
      /offered 0, but .* dropped 1/,
    ],
    ['no work at all', { ...report, offered: 0, delivered: 0 }, 0, 0, /no span/],
  ])('refuses %s', (_what, changed, received, invalid, message) => {
    expect(() => assertReceived(work, changed, received, invalid)).toThrow(message);
  });

  test('lets a subject drop where losses are part of what is measured', () => {
    const lossy = { ...report, delivered: 90, dropped: 10 };
    expect(() => assertReceived({ ...work, lossless: false }, lossy, 90, 0)).not.toThrow();
  });
});

describe('statistics and arguments', () => {
  test('the median is the middle sample, or the mean of the two middle ones', () => {
    expect(median([5, 1, 9])).toBe(5);
    expect(median([4, 1, 9, 2])).toBe(3);
    expect(() => median([])).toThrow();
  });

  test('the percentile is the smallest sample that covers the share', () => {
    const sorted = Array.from({ length: 100 }, (_, index) => index + 1);
    expect([0, 50, 99, 99.9, 100].map((percent) => percentile(sorted, percent))).toEqual([
      1, 50, 99, 100, 100,
    ]);
  });

  test('two sources draw the same values, and the values vary', () => {
    const first = new ValueSource().pool(1000);
    expect(new ValueSource().pool(1000)).toEqual(first);
    expect(new Set(first.map(({ user }) => user)).size).toBeGreaterThan(900);
    expect(new Set(first.map(({ route }) => route)).size).toBe(32);
    expect(new Set(first.map(({ hit }) => hit)).size).toBe(2);
  });

  test('arguments are read, and wrong ones are refused with what is wanted', () => {
    expect(parseBenchArguments(['record', '--quick', '--json', 'out.json', '--rounds', '2'])).toMatchObject({
      scenario: 'record',
      quick: true,
      jsonFile: 'out.json',
      rounds: 2,
    });
    expect(() => parseBenchArguments([])).toThrow(/one scenario/);
    expect(() => parseBenchArguments(['speed'])).toThrow(/one scenario/);
    expect(() => parseBenchArguments(['record', '--rounds', '0'])).toThrow(/1 to 100/);
    expect(() => parseBenchArguments(['record', '--subjects', 'otel'])).toThrow(/otel-js-worker/);
  });
});
