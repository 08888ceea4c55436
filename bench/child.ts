// Program of a child process: opens one subject, runs one task, prints one line of JSON. Started by child-process.ts.
// Every subject has a process of its own, since the API's globals and V8's type feedback must not be shared.

import { loadSubject } from './subjects/load.ts';
import type { ChildOrder, ChildReport, Task, TaskName } from './tasks/task.ts';

const order = JSON.parse(process.argv[2]) as ChildOrder;

async function loadTask(name: TaskName): Promise<Task> {
  switch (name) {
    case 'record':
      return (await import('./tasks/record.ts')).run;
    case 'allocation':
      return (await import('./tasks/allocation.ts')).run;
    case 'pipeline':
      return (await import('./tasks/pipeline.ts')).run;
    case 'loop-delay':
      return (await import('./tasks/loop-delay.ts')).run;
    case 'sustained':
      return (await import('./tasks/sustained.ts')).run;
    case 'memory':
      return (await import('./tasks/memory.ts')).run;
    case 'growth':
      return (await import('./tasks/growth.ts')).run;
    case 'bridge-calls':
      return (await import('./tasks/bridge-calls.ts')).run;
    case 'bridge-tasks':
      return (await import('./tasks/bridge-tasks.ts')).run;
    case 'threads':
      return (await import('./tasks/threads.ts')).run;
  }
}

const [task, open] = await Promise.all([loadTask(order.task), loadSubject(order.subject)]);
const subject = await open(order.subjectOptions);
const outcome = await task(subject, order.options);
await subject.flush();
const unsampled = order.subjectOptions.sampler === 'always_off' ? outcome.offered : 0;
const offered = outcome.offered - unsampled;
const { delivered, dropped } = subject.totals(offered);
const report: ChildReport = { ...outcome, offered, unsampled, delivered, dropped };
await subject.close();
process.stdout.write(`${JSON.stringify(report)}\n`, () => process.exit(0));
