// Standard output for lines that a worker writes. Thread: main, at start. Caller: export-lanes.ts.

import type { ExporterConfig } from '../../shared/config/resolved-config.js';

/**
 * A write to a pipe that is full blocks its thread, and a thread that is blocked in the system cannot be ended: the process
 * would live as long as its reader stands still. Node makes pipes and sockets non-blocking, for all threads, when the main
 * thread looks at process.stdout, and restores them at the end. (A Worker that is started looks at it too; without workers
 * nobody else does.)
 */
export function prepareStdout({ protocol, url }: Pick<ExporterConfig, 'protocol' | 'url'>): void {
  if (protocol === 'file' && url === 'stdout') void process.stdout;
}
