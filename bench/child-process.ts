// Runs a program of the bench in a child process and reads its one line of JSON. Called by workload.ts and
// scenarios/startup.ts; what it gives every child is used by http-server/ too.

import { spawn } from 'node:child_process';
import { performance } from 'node:perf_hooks';

export interface ChildResult<Report> {
  readonly report: Report;
  /** From spawn to exit. */
  readonly wallMillis: number;
}

let profileFolder: string | undefined;

/** From now on every child leaves a CPU profile of its main thread in `folder`; its figures are then worth less. */
export function profileInto(folder: string): void {
  profileFolder = folder;
}

/** Flags of Node for a child that this module does not start itself. */
export function profileFlags(): readonly string[] {
  return profileFolder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`];
}

const TIMEOUT_MILLIS = 15 * 60_000;

export function runProgram<Report>(
  program: URL,
  argument: unknown,
  flags: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<ChildResult<Report>> {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const child = spawn(
      process.execPath,
      [...profileFlags(), ...flags, program.pathname, JSON.stringify(argument)],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
        env: { ...cleanEnvironment(), ...env },
        timeout: TIMEOUT_MILLIS,
      },
    );
    let output = '';
    child.stdout.setEncoding('utf8');
    child.stdout.on('data', (chunk: string) => {
      output += chunk;
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      const wallMillis = performance.now() - start;
      if (code !== 0) return reject(new Error(`${program.pathname}: ended with ${signal ?? code}`));
      try {
        resolve({ report: JSON.parse(output) as Report, wallMillis });
      } catch {
        reject(new Error(`${program.pathname}: no report, but ${JSON.stringify(output.slice(0, 200))}`));
      }
    });
  });
}

/** The caller's OTEL_* and OFFLOOP_* settings would change what is measured, NODE_OPTIONS how. */
export function cleanEnvironment(): Record<string, string | undefined> {
  const env = { ...process.env };
  for (const name of Object.keys(env)) {
    if (/^(OTEL_|OFFLOOP_|NODE_OPTIONS$)/.test(name)) delete env[name];
  }
  return env;
}
