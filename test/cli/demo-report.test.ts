import { describe, expect, test } from 'vitest';
import { addUp, findMissing, type ServiceReport } from '../../src/cli/demo/accounting.js';
import { drawReport } from '../../src/cli/demo/report-text.js';
import type { ReceiverCounts } from '../../src/cli/receiver/trace-store.js';

function service(name: string, change: Partial<ServiceReport> = {}): ServiceReport {
  return {
    service: name,
    recorded: 1_000,
    delivered: 1_000,
    dropped: {},
    pending: 0,
    workers: 1,
    workerRestarts: 0,
    cost: undefined,
    loopDelay: { p50Millis: 0.1, p99Millis: 1.25, maxMillis: 12.5 },
    ...change,
  };
}

function received(change: Partial<ReceiverCounts> = {}): ReceiverCounts {
  return {
    requests: 4,
    httpBytes: 100_000,
    spans: 2_000,
    distinctSpans: 2_000,
    duplicateSpans: 0,
    rejectedSpans: 0,
    malformedRequests: 0,
    evictedTraces: 0,
    ...change,
  };
}

const two = [service('shop'), service('stock')];

describe('accounting', () => {
  test('adds the services up, drops by reason', () => {
    const reports = [
      service('shop', { delivered: 990, dropped: { queue_full: 7, rejected: 3 } }),
      service('stock', { delivered: 995, dropped: { queue_full: 4, encode_failed: 0 }, pending: 1 }),
    ];
    expect(addUp(reports)).toEqual({
      recorded: 2_000,
      delivered: 1_985,
      pending: 1,
      dropped: new Map([
        ['queue_full', 11],
        ['rejected', 3],
      ]),
      droppedTotal: 14,
    });
  });

  test('finds nothing missing where every span was delivered and has arrived', () => {
    expect(findMissing(addUp(two), received())).toEqual([]);
    expect(findMissing(addUp(two), undefined)).toEqual([]);
  });

  test('takes a span that came twice for arrived once', () => {
    expect(findMissing(addUp(two), received({ spans: 2_001, duplicateSpans: 1 }))).toEqual([]);
  });

  test.each([
    [-1, '2000 spans were recorded, but 1999 different ones arrived'],
    [1, '2000 spans were recorded, but 2001 different ones arrived'],
  ])('finds a difference of %i span', (difference, reason) => {
    expect(findMissing(addUp(two), received({ distinctSpans: 2_000 + difference }))).toEqual([reason]);
  });

  test('finds drops, although they add up', () => {
    const totals = addUp([service('shop', { delivered: 999, dropped: { queue_full: 1 } }), service('stock')]);
    expect(findMissing(totals, undefined)).toEqual(['1 spans were dropped: queue_full 1']);
  });

  test('finds counters that do not add up', () => {
    const totals = addUp([service('shop', { delivered: 999 }), service('stock')]);
    expect(findMissing(totals, undefined)).toEqual([
      '2000 spans were recorded, but 1999 delivered + 0 dropped',
    ]);
  });

  test('says how many spans were still on their way', () => {
    const totals = addUp([service('shop', { delivered: 990, pending: 10 }), service('stock')]);
    expect(findMissing(totals, undefined)).toEqual([
      '2000 spans were recorded, but 1990 delivered + 0 dropped; 10 were still on their way when the process ended',
    ]);
  });

  test('finds requests and spans that the receiver refused', () => {
    expect(findMissing(addUp(two), received({ malformedRequests: 2, rejectedSpans: 3 }))).toHaveLength(2);
  });

  test('does not take nothing for success', () => {
    const nothing = addUp([service('shop', { recorded: 0, delivered: 0 })]);
    expect(findMissing(nothing, received({ distinctSpans: 0 }))[0]).toMatch(/^no span was recorded/);
  });
});

test('draws the report', () => {
  const cost = {
    spansTimed: 1_234,
    callsPerSpan: 5.25,
    medianNanos: 800,
    meanNanos: 1_100,
    p99Nanos: 9_000,
    clockNanos: 40,
  };
  const services = [
    service('shop', { delivered: 990, dropped: { queue_full: 7, rejected: 3 }, cost }),
    service('stock', { delivered: 999 }),
  ];
  const text = drawReport({
    requests: 3_412,
    errorAnswers: 400,
    failedRequests: 2,
    seconds: 10.04,
    totals: addUp(services),
    services,
    received: received({ distinctSpans: 1_989, duplicateSpans: 5 }),
  });
  expect(text).toBe(`\
requests          3,412 in 10.0 s  (400 errors on purpose, 2 FAILED)
spans recorded    2,000  (shop 1,000, stock 1,000)
delivered         1,989
dropped           10  (queue_full 7, rejected 3)
                  2,000 recorded != 1,989 delivered + 10 dropped
received          1,989 different spans, 5 came twice, in 4 export requests

Cost of telemetry on the main thread, per span from start to end
  shop            median 0.80 us, mean 1.10 us, p99 9.00 us  (1,234 spans timed, 5.3 calls each)
  stock           no span was timed

Event loop delay
  shop            p50 0.10 ms, p99 1.25 ms, max 12.50 ms
  stock           p50 0.10 ms, p99 1.25 ms, max 12.50 ms`);
});
