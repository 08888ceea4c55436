// Test tooling. Compares everything that the Collector holds with everything that was planned: each planned span
// exactly once, nothing else, every field equal. Callers: the suites of this folder.

import { compareSpan, type Difference } from './compare-plan.ts';
import type { ReceivedSpan } from './otlp-json.ts';
import type { RecordedSpan } from './record-plan.ts';
import { planSpan, type SpanPlan } from './span-plan.ts';

export interface RunComparison {
  readonly received: number;
  readonly missing: number;
  readonly duplicated: number;
  /** Spans that nobody planned. */
  readonly unknown: number;
  readonly different: number;
  /** The first few, ready to read; which fields differ how often comes first. */
  readonly report: readonly string[];
  /** Distinct resources, as text. */
  readonly resources: readonly string[];
}

const EXAMPLES_PER_FIELD = 2;

export async function compareRun(
  seed: number,
  recorded: readonly RecordedSpan[],
  spans: AsyncIterable<ReceivedSpan> | Iterable<ReceivedSpan>,
): Promise<RunComparison> {
  const indexes = new Map<string, number>();
  for (const [index, [traceId, spanId]] of recorded.entries()) indexes.set(`${traceId}${spanId}`, index);
  const times = new Uint8Array(recorded.length);
  const resources = new Set<string>();
  const findings = new Findings();
  let received = 0;
  let unknown = 0;
  let different = 0;

  for await (const span of spans) {
    received++;
    resources.add(JSON.stringify(span.resource));
    const index = indexes.get(`${span.traceId}${span.spanId}`);
    if (index === undefined) {
      unknown++;
      findings.add({
        field: 'unknown span',
        expected: 'none',
        received: `${span.traceId} ${span.spanId} ${span.name}`,
      });
      continue;
    }
    if (times[index]! < 255) times[index]!++;
    const plan = planSpan(seed, index);
    const differences = compareSpan(plan, recorded[index]!, parentSpanIdOf(plan, recorded), span);
    if (differences.length > 0) different++;
    for (const difference of differences) findings.add(difference, index);
  }

  const missing = times.reduce((count, seen) => count + (seen === 0 ? 1 : 0), 0);
  const duplicated = times.reduce((count, seen) => count + (seen > 1 ? 1 : 0), 0);
  return {
    received,
    missing,
    duplicated,
    unknown,
    different,
    report: findings.report(),
    resources: [...resources],
  };
}

function parentSpanIdOf({ parent }: SpanPlan, recorded: readonly RecordedSpan[]): string {
  switch (parent.kind) {
    case 'root':
      return '';
    case 'local':
      return recorded[parent.index]![1];
    case 'remote':
      return parent.context.spanId;
  }
}

class Findings {
  readonly #counts = new Map<string, number>();
  readonly #examples: string[] = [];

  add(difference: Difference, index?: number): void {
    const field = difference.field.replace(/\[\d+\]/, '[]');
    const count = (this.#counts.get(field) ?? 0) + 1;
    this.#counts.set(field, count);
    if (count > EXAMPLES_PER_FIELD) return;
    const where = index === undefined ? '' : `span ${index}, `;
    this.#examples.push(
      `${where}${difference.field}\n  expected ${difference.expected}\n  received ${difference.received}`,
    );
  }

  report(): string[] {
    return [...[...this.#counts].map(([field, count]) => `${field}: ${count} times`), ...this.#examples];
  }
}
