// `loop-delay`: delay of the event loop at 40,000 spans/s, the same generator without telemetry beside it.

import type { Scenario } from '../scenario.ts';
import type { SubjectName } from '../subjects/subject.ts';
import { runWork } from '../workload.ts';

const SUBJECTS: readonly SubjectName[] = ['idle', 'offloop', 'otel-js', 'otel-js-worker'];

export const scenario: Scenario = {
  rounds: 5,
  quickRounds: 2,
  round: async ({ sink, quick, has, progress, table }) => {
    for (const subject of SUBJECTS) {
      if (!has(subject)) continue;
      progress(subject);
      const report = await runWork(sink, {
        task: 'loop-delay',
        subject,
        options: {
          perSecond: 40_000,
          warmMillis: quick ? 1000 : 2000,
          durationMillis: quick ? 3000 : 10_000,
        },
        lossless: subject === 'offloop',
      });
      table.add(subject, 'none', report.metrics);
    }
  },
  ratios: [
    {
      key: 'loopDelayP99VsIdle:none',
      kind: 'cost',
      ours: { subject: 'offloop', variant: 'none', metric: 'loopDelayP99Millis' },
      rival: { subject: 'idle', variant: 'none', metric: 'loopDelayP99Millis' },
    },
    {
      key: 'loopDelayP99Millis:none',
      kind: 'cost',
      ours: { subject: 'offloop', variant: 'none', metric: 'loopDelayP99Millis' },
      rival: { subject: 'otel-js', variant: 'none', metric: 'loopDelayP99Millis' },
    },
  ],
};
