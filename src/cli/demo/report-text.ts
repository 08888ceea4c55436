// The closing report of the demo as text. Called by demo-command.ts.

import type { ReceiverCounts } from '../receiver/trace-store.js';
import { describeDropped, type ServiceReport, type Totals } from './accounting.js';
import type { LoopDelay, SpanCost } from './probe-report.js';

export interface DemoFacts {
  readonly requests: number;
  readonly errorAnswers: number;
  readonly failedRequests: number;
  readonly seconds: number;
  readonly totals: Totals;
  readonly services: readonly ServiceReport[];
  /** Undefined: the spans went to a receiver that is not the demo's. */
  readonly received: ReceiverCounts | undefined;
}

const LABEL_WIDTH = 18;

export function drawReport(facts: DemoFacts): string {
  const { totals, received, services } = facts;
  const lines = [
    row('requests', requestsText(facts)),
    row(
      'spans recorded',
      `${group(totals.recorded)}  (${services.map(({ service, recorded }) => `${service} ${group(recorded)}`).join(', ')})`,
    ),
    row('delivered', group(totals.delivered)),
    row(
      'dropped',
      `${group(totals.droppedTotal)}${totals.droppedTotal > 0 ? `  (${describeDropped(totals.dropped)})` : ''}`,
    ),
    row(
      '',
      `${group(totals.recorded)} recorded ${equals(totals)} ${group(totals.delivered)} delivered + ${group(totals.droppedTotal)} dropped`,
    ),
  ];
  if (received !== undefined) {
    const twice =
      received.duplicateSpans === 0 ? 'none twice' : `${group(received.duplicateSpans)} came twice`;
    lines.push(
      row(
        'received',
        `${group(received.distinctSpans)} different spans, ${twice}, in ${group(received.requests)} export requests`,
      ),
    );
  }
  lines.push('', 'Cost of telemetry on the main thread, per span from start to end');
  for (const { service, cost } of services) lines.push(row(`  ${service}`, costText(cost)));
  lines.push('', 'Event loop delay');
  for (const { service, loopDelay } of services) lines.push(row(`  ${service}`, loopDelayText(loopDelay)));
  return lines.join('\n');
}

function requestsText({ requests, errorAnswers, failedRequests, seconds }: DemoFacts): string {
  const failed = failedRequests === 0 ? '' : `, ${group(failedRequests)} FAILED`;
  return `${group(requests)} in ${seconds.toFixed(1)} s  (${group(errorAnswers)} errors on purpose${failed})`;
}

function equals({ recorded, delivered, droppedTotal }: Totals): string {
  return recorded === delivered + droppedTotal ? '=' : '!=';
}

function costText(cost: SpanCost | undefined): string {
  if (cost === undefined) return 'no span was timed';
  const { medianNanos, meanNanos, p99Nanos, spansTimed, callsPerSpan } = cost;
  return `median ${micros(medianNanos)}, mean ${micros(meanNanos)}, p99 ${micros(p99Nanos)}  (${group(spansTimed)} spans timed, ${callsPerSpan.toFixed(1)} calls each)`;
}

function loopDelayText({ p50Millis, p99Millis, maxMillis }: LoopDelay): string {
  return `p50 ${p50Millis.toFixed(2)} ms, p99 ${p99Millis.toFixed(2)} ms, max ${maxMillis.toFixed(2)} ms`;
}

function micros(nanos: number): string {
  return `${(nanos / 1_000).toFixed(2)} us`;
}

export function group(count: number): string {
  return count.toLocaleString('en-US');
}

function row(label: string, text: string): string {
  return `${label.padEnd(LABEL_WIDTH)}${text}`;
}
