// `bridge`: what the ways between synchronous, asynchronous and blocking code cost beside the same by hand: a call under `traced`
// against startActiveSpan, a task of runBlocking against bare piscina, a round trip of blockOn against synckit.

import type { Metrics } from '../result.ts';
import type { Scenario } from '../scenario.ts';
import type { TaskName, TaskOptions } from '../tasks/task.ts';
import { runWork } from '../workload.ts';

const CALLS = [
  { variant: 'traced', rival: 'by-hand' },
  { variant: 'with-span', rival: 'by-hand' },
  { variant: 'traced-async', rival: 'by-hand-async' },
] as const;
const TASKS = [
  { variant: 'task-1', ours: 'offloop-1', rival: 'piscina-1', rivalName: 'piscina' },
  { variant: 'task-8', ours: 'offloop-8', rival: 'piscina-8', rivalName: 'piscina' },
  { variant: 'block-on', ours: 'offloop-block-on', rival: 'synckit-block-on', rivalName: 'synckit' },
] as const;

export const scenario: Scenario = {
  rounds: 5,
  quickRounds: 2,
  round: async ({ sink, quick, progress, table }) => {
    const measure = async (task: TaskName, options: TaskOptions): Promise<Metrics> => {
      progress(task);
      return (await runWork(sink, { task, subject: 'offloop', options, lossless: true })).metrics;
    };
    const calls = await measure('bridge-calls', { bursts: quick ? 60 : 200 });
    for (const { variant, rival } of CALLS) {
      table.add('offloop', variant, { nsPerCall: calls[variant] });
      table.add('by hand', variant, { nsPerCall: calls[rival] });
    }
    table.add('bare', 'traced-disabled', { nsPerCall: calls.bare });
    table.add('offloop', 'traced-disabled', {
      nsPerCall: calls['traced-disabled'],
      nsAddedPerCall: calls['traced-disabled'] - calls.bare,
    });
    const tasks = await measure('bridge-tasks', { laps: quick ? 60 : 150 });
    for (const { variant, ours, rival, rivalName } of TASKS) {
      table.add('offloop', variant, { microsPerTask: tasks[ours] });
      table.add(rivalName, variant, { microsPerTask: tasks[rival] });
    }
  },
  ratios: [
    ...CALLS.map(({ variant }) => ({
      key: `nsPerCall:${variant}`,
      kind: 'cost' as const,
      ours: { subject: 'offloop', variant, metric: 'nsPerCall' },
      rival: { subject: 'by hand', variant, metric: 'nsPerCall' },
    })),
    ...TASKS.map(({ variant, rivalName }) => ({
      key: `microsPerTask:${variant}`,
      kind: 'cost' as const,
      ours: { subject: 'offloop', variant, metric: 'microsPerTask' },
      rival: { subject: rivalName, variant, metric: 'microsPerTask' },
    })),
  ],
};
