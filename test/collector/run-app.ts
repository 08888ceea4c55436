// Test tooling. Runs app.ts in a child process and reads what it counted and recorded. Callers: the suites of this folder.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Stats } from 'offloop';
import type { AppOptions } from './app.ts';
import type { RecordedSpan } from './record-plan.ts';

export interface AppResult {
  readonly stats: Stats;
  /** For each forceFlush that resolved false: how many spans were recorded by then. */
  readonly unfinishedFlushes: readonly number[];
  /** From the first span to the end of the last forceFlush, without the start and the end of the process. */
  readonly deliveryMillis: number;
  readonly shutDown: boolean;
  /** In order of the plan. */
  readonly recorded: readonly RecordedSpan[];
  /** What offloop and Node had to say. */
  readonly stderr: string;
}

const APP = join(import.meta.dirname, 'app.ts');

export async function runApp(options: AppOptions, timeoutMillis: number): Promise<AppResult> {
  const child = spawn(process.execPath, [APP, JSON.stringify(options)], {
    env: environmentWithoutTelemetry(),
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: timeoutMillis,
    killSignal: 'SIGKILL',
  });
  const [stdout, stderr, [code, signal]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  if (code !== 0) throw new Error(`app.ts ended with ${signal ?? `status ${code}`}\n${stdout}\n${stderr}`);
  return {
    ...(JSON.parse(stdout) as Pick<AppResult, 'stats' | 'unfinishedFlushes' | 'deliveryMillis' | 'shutDown'>),
    recorded: readRecorded(options.recordedFile),
    stderr,
  };
}

export function readRecorded(file: string): RecordedSpan[] {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as RecordedSpan);
}

/** Settings of the machine that runs the tests must not change what is tested. */
function environmentWithoutTelemetry(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(OTEL_|OFFLOOP_|NODE_OPTIONS$|NODE_V8_COVERAGE$)/.test(name),
    ),
  );
}
