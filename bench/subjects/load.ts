// Loads one subject by name; a child process loads exactly one. Called by child.ts.

import type { OpenSubject, SubjectName } from './subject.ts';

export async function loadSubject(name: SubjectName): Promise<OpenSubject> {
  switch (name) {
    case 'idle':
      return (await import('./idle.ts')).open;
    case 'offloop':
      return (await import('./offloop.ts')).open;
    case 'otel-js':
      return (await import('../rivals/otel-js.ts')).open;
    case 'otel-js+offloop':
      return (await import('./otel-js-offloop.ts')).open;
    case 'otel-js-worker':
      return (await import('../rivals/otel-js-worker.ts')).open;
  }
}
