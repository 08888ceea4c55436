// Runs one task of one subject in a child process and asserts that the work happened: the sink, another process, must
// have received exactly the spans which the subject says were delivered. Called by the scenarios.

import { runProgram } from './child-process.ts';
import type { Sink } from './sink-client.ts';
import type { SubjectName, SubjectOptions } from './subjects/subject.ts';
import type { ChildOrder, ChildReport, TaskName, TaskOptions } from './tasks/task.ts';

export interface Work {
  readonly task: TaskName;
  readonly subject: SubjectName;
  readonly options: TaskOptions;
  readonly subjectOptions?: Partial<SubjectOptions>;
  /** A dropped span is an error. */
  readonly lossless: boolean;
  readonly flags?: readonly string[];
}

export async function runWork(sink: Sink, work: Work): Promise<ChildReport> {
  const order: ChildOrder = {
    task: work.task,
    subject: work.subject,
    subjectOptions: {
      protocol: 'http/protobuf',
      compression: 'none',
      httpPort: sink.httpPort,
      grpcPort: sink.grpcPort,
      ...work.subjectOptions,
    },
    options: work.options,
  };
  const before = await sink.count();
  const { report } = await runProgram<ChildReport>(new URL('./child.ts', import.meta.url), order, work.flags);
  const after = await sink.count();
  if (work.subject !== 'idle') {
    assertReceived(work, report, after.spans - before.spans, after.invalid - before.invalid);
  }
  return report;
}

/** Throws unless received = delivered, delivered + dropped = offered, and nothing was lost that must not be. */
export function assertReceived(
  work: Pick<Work, 'task' | 'subject' | 'lossless'>,
  report: ChildReport,
  received: number,
  invalid: number,
): void {
  const where = `${work.task} of ${work.subject}`;
  if (report.offered + report.unsampled <= 0) throw new Error(`${where}: no span was recorded`);
  if (invalid > 0) throw new Error(`${where}: the sink could not read ${invalid} requests`);
  if (received !== report.delivered) {
    throw new Error(
      `${where}: the sink received ${received} spans, the subject delivered ${report.delivered}`,
    );
  }
  if (report.delivered + report.dropped !== report.offered) {
    throw new Error(
      `${where}: offered ${report.offered}, but delivered ${report.delivered} and dropped ${report.dropped}`,
    );
  }
  if (work.lossless && report.dropped > 0) throw new Error(`${where}: dropped ${report.dropped} spans`);
}
