// `growth`: nanoseconds per span over the number of attributes, over open spans, over ring fill, over ring size. Flat
// where the design says flat, linear in attributes. OTel JS beside it where it has the quantity.

import type { Scenario, ScenarioContext } from '../scenario.ts';
import type { SubjectName, SubjectOptions } from '../subjects/subject.ts';
import { runWork } from '../workload.ts';

const MIB = 1024 * 1024;

interface Point {
  readonly axis: 'attributes' | 'live' | 'fill' | 'ring';
  readonly value: number;
  readonly label: string;
  readonly subjectOptions: Partial<SubjectOptions>;
}

function points(quick: boolean): Point[] {
  const plain = (axis: 'attributes' | 'live', value: number): Point => ({
    axis,
    value,
    label: `${axis}-${value}`,
    subjectOptions: {},
  });
  const attributes = quick ? [0, 4, 32] : [0, 1, 2, 4, 8, 16, 32];
  const live = quick ? [1, 100_000] : [1, 10, 100, 1000, 10_000, 100_000];
  const fills = quick ? [0, 90] : [0, 25, 50, 75, 90];
  const rings = quick ? [1, 64] : [1, 4, 16, 64];
  return [
    ...attributes.map((value) => plain('attributes', value)),
    ...live.map((value) => plain('live', value)),
    ...fills.map((percent): Point => {
      const subjectOptions = { ringBytes: 16 * MIB };
      return { axis: 'fill', value: percent / 100, label: `fill-${percent}`, subjectOptions };
    }),
    ...rings.map((size): Point => {
      return {
        axis: 'ring',
        value: size,
        label: `ring-${size}mib`,
        subjectOptions: { ringBytes: size * MIB },
      };
    }),
  ];
}

async function measure({ sink, table }: ScenarioContext, subject: SubjectName, point: Point): Promise<void> {
  const { axis, value, label, subjectOptions } = point;
  // A held ring cannot be emptied between bursts: few of them, so that its fill stays what it is.
  const bursts = axis === 'fill' ? 10 : 100;
  const report = await runWork(sink, {
    task: 'growth',
    subject,
    options: { axis, value, bursts, sinkPort: sink.httpPort },
    subjectOptions,
    // Spans still open at the end are no loss: they were not recorded.
    lossless: true,
  });
  table.add(subject, label, report.metrics);
}

export const scenario: Scenario = {
  rounds: 3,
  round: async (context) => {
    for (const point of points(context.quick)) {
      for (const subject of ['offloop', 'otel-js'] as const) {
        const comparable = subject === 'offloop' || point.axis === 'attributes' || point.axis === 'live';
        if (!comparable || !context.has(subject)) continue;
        context.progress(`${subject} ${point.label}`);
        await measure(context, subject, point);
      }
    }
  },
  ratios: points(false)
    .filter(({ axis }) => axis === 'attributes' || axis === 'live')
    .map(({ label }) => ({
      key: `recordNsPerSpan:${label}`,
      kind: 'cost',
      ours: { subject: 'offloop', variant: label, metric: 'recordNsPerSpan' },
      rival: { subject: 'otel-js', variant: label, metric: 'recordNsPerSpan' },
    })),
};
