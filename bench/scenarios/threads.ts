// `threads`: do two threads that record into one pool stand in each other's way? Spans per second of two at once against one
// alone, by the recording threads' own CPU time: on two cores the export worker has none of its own, and what it takes from
// them would be counted as if recording were slower. By the wall clock, shown beside it, the worker's share is in.

import type { Scenario } from '../scenario.ts';
import { runWork } from '../workload.ts';

export const scenario: Scenario = {
  rounds: 5,
  quickRounds: 2,
  round: async ({ sink, quick, progress, table }) => {
    progress('one and two threads');
    const options = { laps: quick ? 60 : 300 };
    const { metrics } = await runWork(sink, { task: 'threads', subject: 'offloop', options, lossless: true });
    const { oneByCpu, twoByCpu, oneByWall, twoByWall } = metrics;
    table.add('one thread', 'cpu', { recordedPerSecond: oneByCpu });
    table.add('two threads', 'cpu', { recordedPerSecond: twoByCpu });
    table.add('one thread', 'wall', { recordedPerSecond: oneByWall });
    table.add('two threads', 'wall', { recordedPerSecond: twoByWall });
  },
  ratios: ['cpu', 'wall'].map((variant) => ({
    key: `recordedPerSecond:${variant}`,
    kind: 'throughput' as const,
    ours: { subject: 'two threads', variant, metric: 'recordedPerSecond' },
    rival: { subject: 'one thread', variant, metric: 'recordedPerSecond' },
  })),
};
