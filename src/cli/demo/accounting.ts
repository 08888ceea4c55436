// Adds up what the services of the demo recorded and says whether a span is missing. Called by demo-command.ts.

import type { ReceiverCounts } from '../receiver/trace-store.js';
import type { ProbeReport } from './probe-report.js';

export interface ServiceReport extends ProbeReport {
  readonly service: string;
}

export interface Totals {
  readonly recorded: number;
  readonly delivered: number;
  readonly pending: number;
  readonly dropped: ReadonlyMap<string, number>;
  readonly droppedTotal: number;
}

export function addUp(reports: readonly ServiceReport[]): Totals {
  const dropped = new Map<string, number>();
  for (const report of reports) {
    for (const [reason, count] of Object.entries(report.dropped)) {
      if (count > 0) dropped.set(reason, (dropped.get(reason) ?? 0) + count);
    }
  }
  return {
    recorded: sum(reports.map((report) => report.recorded)),
    delivered: sum(reports.map((report) => report.delivered)),
    pending: sum(reports.map((report) => report.pending)),
    dropped,
    droppedTotal: sum([...dropped.values()]),
  };
}

/** Why the demo failed, one sentence each; empty when every span is accounted for and has arrived. */
export function findMissing(totals: Totals, received: ReceiverCounts | undefined): string[] {
  const { recorded, delivered, droppedTotal, pending } = totals;
  const reasons: string[] = [];
  if (recorded === 0) reasons.push('no span was recorded; is tracing disabled, or the sampler off?');
  if (recorded !== delivered + droppedTotal) {
    const rest = pending > 0 ? `; ${pending} were still on their way when the process ended` : '';
    reasons.push(
      `${recorded} spans were recorded, but ${delivered} delivered + ${droppedTotal} dropped${rest}`,
    );
  }
  if (droppedTotal > 0) {
    reasons.push(`${droppedTotal} spans were dropped: ${describeDropped(totals.dropped)}`);
  }
  if (received !== undefined && received.distinctSpans !== recorded) {
    reasons.push(`${recorded} spans were recorded, but ${received.distinctSpans} different ones arrived`);
  }
  if (received !== undefined && received.malformedRequests > 0) {
    reasons.push(`the receiver could not read ${received.malformedRequests} requests`);
  }
  if (received !== undefined && received.rejectedSpans > 0) {
    reasons.push(`the receiver refused ${received.rejectedSpans} spans without valid ids`);
  }
  return reasons;
}

export function describeDropped(dropped: ReadonlyMap<string, number>): string {
  return [...dropped].map(([reason, count]) => `${reason} ${count}`).join(', ');
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
