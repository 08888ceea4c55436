// `record`: nanoseconds from start to end of a span on the recording thread, and bytes allocated beside it.
// Ratios use the style `api` (attributes given at the start, as instrumentations do); `api-set` is shown beside it.
// The recorder's rival is OTel JS through the API: it has nothing nearer.

import type { Scenario } from '../scenario.ts';
import type { SubjectName } from '../subjects/subject.ts';
import { ALLOCATION_FLAGS, ALLOCATION_SUBJECT_OPTIONS } from '../tasks/allocation.ts';
import { runWork } from '../workload.ts';

const VARIANTS: readonly { readonly subject: SubjectName; readonly style: string }[] = [
  { subject: 'otel-js', style: 'api' },
  { subject: 'offloop', style: 'api' },
  { subject: 'offloop', style: 'recorder' },
  { subject: 'otel-js', style: 'api-set' },
  { subject: 'offloop', style: 'api-set' },
];

export const scenario: Scenario = {
  rounds: 5,
  quickRounds: 3,
  round: async ({ sink, quick, has, progress, table }) => {
    for (const { subject, style } of VARIANTS) {
      if (!has(subject) || (quick && style === 'api-set')) continue;
      progress(`${subject} ${style}`);
      const tight = { style, paced: false, bursts: quick ? 150 : 400 };
      const timed = await runWork(sink, { task: 'record', subject, options: tight, lossless: true });
      const allocated = await runWork(sink, {
        task: 'allocation',
        subject,
        options: { style, bursts: 3 },
        subjectOptions: ALLOCATION_SUBJECT_OPTIONS,
        lossless: true,
        flags: ALLOCATION_FLAGS,
      });
      table.add(subject, style, { ...timed.metrics, ...allocated.metrics });
      if (style === 'api-set') continue;
      const paced = { style, paced: true, pacedMillis: quick ? 1000 : 4000 };
      const pacedReport = await runWork(sink, { task: 'record', subject, options: paced, lossless: true });
      table.add(subject, `${style}-paced`, pacedReport.metrics);
    }
  },
  ratios: ['api', 'recorder', 'api-set', 'api-paced', 'recorder-paced'].map((variant) => ({
    key: `recordNsPerSpan:${variant}`,
    kind: 'cost',
    ours: { subject: 'offloop', variant, metric: 'recordNsPerSpan' },
    rival: { subject: 'otel-js', variant: variant.replace('recorder', 'api'), metric: 'recordNsPerSpan' },
  })),
};
