// `record`: nanoseconds from start to end of a span on the recording thread, and bytes allocated beside it.
// Ratios use the style `api` (attributes given at the start, as instrumentations do); `api-set` is shown beside it.
// The recorder's rival is OTel JS through the API: it has nothing nearer.

import type { Scenario } from '../scenario.ts';
import type { SubjectName } from '../subjects/subject.ts';
import { ALLOCATION_FLAGS, ALLOCATION_SUBJECT_OPTIONS } from '../tasks/allocation.ts';
import { runWork } from '../workload.ts';

/** The sampler is always_off: what telemetry costs where it keeps nothing. */
const UNSAMPLED = 'unsampled';

interface Variant {
  readonly subject: SubjectName;
  readonly style: string;
  /** The row's name, where it is not the style. */
  readonly name?: string;
}

const VARIANTS: readonly Variant[] = [
  { subject: 'otel-js', style: 'api' },
  { subject: 'offloop', style: 'api' },
  { subject: 'offloop', style: 'recorder' },
  { subject: 'otel-js', style: 'api-set' },
  { subject: 'offloop', style: 'api-set' },
  { subject: 'otel-js', style: 'api', name: UNSAMPLED },
  { subject: 'offloop', style: 'api', name: UNSAMPLED },
];

export const scenario: Scenario = {
  rounds: 5,
  quickRounds: 3,
  round: async ({ sink, quick, has, progress, table }) => {
    for (const { subject, style, name = style } of VARIANTS) {
      if (!has(subject) || (quick && style === 'api-set')) continue;
      progress(`${subject} ${name}`);
      const sampling = name === UNSAMPLED ? { sampler: 'always_off' as const } : {};
      const tight = { style, paced: false, bursts: quick ? 150 : 400 };
      const timed = await runWork(sink, {
        task: 'record',
        subject,
        options: tight,
        subjectOptions: sampling,
        lossless: true,
      });
      const allocated = await runWork(sink, {
        task: 'allocation',
        subject,
        options: { style, bursts: 3 },
        subjectOptions: { ...ALLOCATION_SUBJECT_OPTIONS, ...sampling },
        lossless: true,
        flags: ALLOCATION_FLAGS,
      });
      table.add(subject, name, { ...timed.metrics, ...allocated.metrics });
      if (name !== 'api' && name !== 'recorder') continue;
      const paced = { style, paced: true, pacedMillis: quick ? 1000 : 4000 };
      const pacedReport = await runWork(sink, { task: 'record', subject, options: paced, lossless: true });
      table.add(subject, `${style}-paced`, pacedReport.metrics);
    }
  },
  ratios: ['api', 'recorder', 'api-set', 'unsampled', 'api-paced', 'recorder-paced'].map((variant) => ({
    key: `recordNsPerSpan:${variant}`,
    kind: 'cost',
    ours: { subject: 'offloop', variant, metric: 'recordNsPerSpan' },
    rival: { subject: 'otel-js', variant: variant.replace('recorder', 'api'), metric: 'recordNsPerSpan' },
  })),
};
