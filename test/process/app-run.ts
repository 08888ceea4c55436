// What every run of an application ends with: the equation, and the same spans at the collector.

import { expect } from 'vitest';
import type { AppEnd } from './app-process.js';
import type { OtlpSink } from './otlp-sink.js';

export function expectAllDelivered(end: AppEnd, sink: OtlpSink, count: number): void {
  expectEquation(end, sink);
  expect(end.stats, end.stderr).toMatchObject({ recorded: count, delivered: count, droppedTotal: 0 });
}

/** recorded = delivered + dropped(by reason), nothing is pending, and the collector holds what was delivered. */
export function expectEquation(end: AppEnd, sink: OtlpSink): void {
  const { stats } = end;
  if (stats === undefined) throw new Error(`no stats were printed\n${end.stdout}\n${end.stderr}`);
  const dropped = Object.values(stats.dropped).reduce((sum, count) => sum + count, 0);
  expect(stats.droppedTotal).toBe(dropped);
  expect(stats.pending).toBe(0);
  expect(stats.recorded).toBe(stats.delivered + dropped);
  const ids = new Set(sink.spans.map(({ traceId, spanId }) => traceId + spanId));
  expect(ids.size, 'no span came twice').toBe(sink.spans.length);
  expect(sink.spans.length, 'what the collector holds').toBe(stats.delivered);
}

/** Options that send to the sink by themselves only after minutes: what arrives was flushed. */
export function startOptions(sink: OtlpSink, more: object = {}): object {
  return { exporter: { url: `${sink.url}/v1/traces` }, scheduledDelayMillis: 600_000, ...more };
}
