// `pipeline`: CPU of the main thread and of the whole process per exported span, at a steady rate, with what the
// generator costs without telemetry subtracted. OTel JS has its default queue here, and loses spans at 40,000/s: its
// cost is divided by the spans that it did export.

import type { Scenario, ScenarioContext } from '../scenario.ts';
import type { SubjectName, SubjectOptions } from '../subjects/subject.ts';
import { runWork } from '../workload.ts';

interface Variant {
  readonly name: string;
  readonly perSecond: number;
  readonly subjectOptions: Partial<SubjectOptions>;
}

const KINDS: readonly (readonly [string, Partial<SubjectOptions>])[] = [
  ['none', { protocol: 'http/protobuf', compression: 'none' }],
  ['gzip', { protocol: 'http/protobuf', compression: 'gzip' }],
  ['grpc', { protocol: 'grpc', compression: 'none' }],
];
const VARIANTS: readonly Variant[] = KINDS.map(([name, subjectOptions]) => ({
  name,
  perSecond: 40_000,
  subjectOptions,
}));
const SLOW_VARIANTS: readonly Variant[] = KINDS.map(([name, subjectOptions]) => ({
  name: `${name}-10k`,
  perSecond: 10_000,
  subjectOptions,
}));
const SUBJECTS: readonly SubjectName[] = ['otel-js', 'offloop', 'otel-js+offloop', 'otel-js-worker'];
/** Of these no span may be lost. */
const LOSSLESS: readonly SubjectName[] = ['offloop', 'otel-js+offloop'];
/** offloop with a span processor of the user's own. */
const USER_PROCESSOR = 'user-processor';

/** What the generator costs by itself, per span. */
interface IdleCost {
  readonly mainNanos: number;
  readonly totalNanos: number;
}

async function measureIdle(context: ScenarioContext, perSecond: number, times: Times): Promise<IdleCost> {
  const options = { style: 'api', perSecond, ...times };
  const report = await runWork(context.sink, { task: 'pipeline', subject: 'idle', options, lossless: true });
  const { mainCpuNanos, totalCpuNanos, windowOffered } = report.metrics;
  const cost = { mainNanos: mainCpuNanos / windowOffered, totalNanos: totalCpuNanos / windowOffered };
  context.table.add('idle', `${perSecond / 1000}k`, {
    mainCpuNsPerSpan: cost.mainNanos,
    totalCpuNsPerSpan: cost.totalNanos,
  });
  return cost;
}

interface Times {
  readonly warmMillis: number;
  readonly durationMillis: number;
}

async function measure(
  context: ScenarioContext,
  subject: SubjectName,
  variant: Variant,
  style: string,
  idle: IdleCost,
  times: Times,
): Promise<void> {
  const name = style === 'api' ? variant.name : `${variant.name}-${style}`;
  context.progress(`${subject} ${name}`);
  const report = await runWork(context.sink, {
    task: 'pipeline',
    subject,
    options: { style, perSecond: variant.perSecond, ...times },
    subjectOptions: variant.subjectOptions,
    lossless: LOSSLESS.includes(subject),
  });
  const { mainCpuNanos, totalCpuNanos, windowOffered, windowDelivered, rssMegabytes } = report.metrics;
  context.table.add(subject, name, {
    mainCpuNsPerSpan: (mainCpuNanos - idle.mainNanos * windowOffered) / windowDelivered,
    totalCpuNsPerSpan: (totalCpuNanos - idle.totalNanos * windowOffered) / windowDelivered,
    droppedPercent: (100 * (windowOffered - windowDelivered)) / windowOffered,
    rssMegabytes,
  });
}

export const scenario: Scenario = {
  rounds: 5,
  round: async (context) => {
    const times = context.quick
      ? { warmMillis: 1000, durationMillis: 2000 }
      : { warmMillis: 2000, durationMillis: 5000 };
    for (const variants of context.quick ? [VARIANTS] : [VARIANTS, SLOW_VARIANTS]) {
      for (const variant of variants) {
        context.progress(`idle ${variant.perSecond / 1000}k`);
        const idle = await measureIdle(context, variant.perSecond, times);
        for (const subject of SUBJECTS) {
          if (!context.has(subject)) continue;
          await measure(context, subject, variant, 'api', idle, times);
          if (subject !== 'offloop' || !variant.name.startsWith('none') || context.quick) continue;
          await measure(context, subject, variant, 'recorder', idle, times);
          const subjectOptions = { ...variant.subjectOptions, userProcessor: true };
          const name = variant.name.replace('none', USER_PROCESSOR);
          await measure(context, subject, { ...variant, name, subjectOptions }, 'api', idle, times);
        }
      }
    }
  },
  ratios: [...VARIANTS, ...SLOW_VARIANTS].flatMap(({ name }) =>
    ['mainCpuNsPerSpan', 'totalCpuNsPerSpan'].flatMap((metric) =>
      (['offloop', 'otel-js+offloop'] as const).map((subject) => ({
        key: `${metric}:${name}${subject === 'offloop' ? '' : '+offloop'}`,
        kind: 'cost' as const,
        ours: { subject, variant: name, metric },
        rival: { subject: 'otel-js' as const, variant: name, metric },
      })),
    ),
  ),
};
