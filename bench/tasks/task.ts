// What a child process is told to do and what it answers. Written by child-process.ts (parent), read by child.ts.

import type { Subject, SubjectName, SubjectOptions } from '../subjects/subject.ts';

export type TaskName =
  | 'record'
  | 'allocation'
  | 'pipeline'
  | 'loop-delay'
  | 'sustained'
  | 'memory'
  | 'growth'
  | 'bridge-calls'
  | 'bridge-tasks'
  | 'threads';

/** Numbers and words only: it travels as JSON in the child's arguments. */
export type TaskOptions = Readonly<Record<string, number | string | boolean>>;

export interface ChildOrder {
  readonly task: TaskName;
  readonly subject: SubjectName;
  readonly subjectOptions: SubjectOptions;
  readonly options: TaskOptions;
}

export interface TaskOutcome {
  readonly metrics: Readonly<Record<string, number>>;
  /** Spans recorded in the whole life of the child, warm-up included. */
  readonly offered: number;
}

export interface ChildReport extends TaskOutcome {
  /** Spans that the sampler dropped, and `offered` does not hold. */
  readonly unsampled: number;
  readonly delivered: number;
  readonly dropped: number;
}

export type Task = (subject: Subject, options: TaskOptions) => Promise<TaskOutcome>;

export function numberOption(options: TaskOptions, name: string): number {
  const value = options[name];
  if (typeof value !== 'number') throw new Error(`task option ${name}: a number is missing`);
  return value;
}

export function textOption(options: TaskOptions, name: string): string {
  const value = options[name];
  if (typeof value !== 'string') throw new Error(`task option ${name}: a string is missing`);
  return value;
}
