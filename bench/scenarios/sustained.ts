// `sustained`: the most spans per second that are recorded and delivered for five seconds without a drop. OTel JS has a
// queue of 65,536 and batches of 8192. offloop has one worker and a ring of 16 MiB, which holds about as many records;
// 65,536 spans of OTel JS take several times as much memory.

import type { Scenario } from '../scenario.ts';
import type { SubjectName, SubjectOptions } from '../subjects/subject.ts';
import { runWork } from '../workload.ts';

interface Contestant {
  readonly subject: SubjectName;
  readonly firstPerSecond: number;
  readonly subjectOptions: Partial<SubjectOptions>;
}

const CONTESTANTS: readonly Contestant[] = [
  {
    subject: 'otel-js',
    firstPerSecond: 30_000,
    subjectOptions: { maxQueueSize: 65_536, maxExportBatchSize: 8192 },
  },
  { subject: 'offloop', firstPerSecond: 150_000, subjectOptions: { ringBytes: 16 * 1024 * 1024 } },
  { subject: 'otel-js-worker', firstPerSecond: 30_000, subjectOptions: { maxQueueSize: 65_536 } },
];

export const scenario: Scenario = {
  rounds: 3,
  round: async ({ sink, quick, has, progress, table }) => {
    for (const { subject, firstPerSecond, subjectOptions } of CONTESTANTS) {
      if (!has(subject)) continue;
      progress(subject);
      const report = await runWork(sink, {
        task: 'sustained',
        subject,
        options: { firstPerSecond, durationMillis: quick ? 1000 : 5000, bisections: quick ? 2 : 4 },
        subjectOptions,
        lossless: false,
      });
      table.add(subject, 'none', report.metrics);
    }
  },
  ratios: [
    {
      key: 'spansPerSecond:none',
      kind: 'throughput',
      ours: { subject: 'offloop', variant: 'none', metric: 'spansPerSecond' },
      rival: { subject: 'otel-js', variant: 'none', metric: 'spansPerSecond' },
    },
  ],
};
