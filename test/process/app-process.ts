// Runs an application of test/process/apps in a child process with the built package, and reads the lines of JSON which
// it prints.

import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Stats } from 'offloop';

export interface AppEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** From the line that says `ending` to the end of the process. */
  readonly endedMillis: number;
  /** What the application printed with say('stats', ...), last. */
  readonly stats: Stats | undefined;
}

export interface AppOptions {
  readonly app: string;
  readonly nodeArgs?: readonly string[];
  readonly args?: readonly unknown[];
  readonly environment?: NodeJS.ProcessEnv;
  /** Default 30 s. */
  readonly timeoutMillis?: number;
}

export const REGISTER = 'offloop/register';

export function appFile(name: string): string {
  return fileURLToPath(new URL(`./apps/${name}`, import.meta.url));
}

export class AppProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<AppEnd>;
  #stdout = '';
  #stderr = '';
  #endingAt = 0;
  readonly #watchers = new Set<() => void>();

  constructor(options: AppOptions) {
    const { app, nodeArgs = [], args = [], environment = {} } = options;
    const started = performance.now();
    this.child = spawn(
      process.execPath,
      [...nodeArgs, appFile(app), ...args.map((arg) => JSON.stringify(arg))],
      {
        cwd: fileURLToPath(new URL('../..', import.meta.url)),
        env: { ...withoutTelemetry(process.env), ...environment },
        stdio: ['ignore', 'pipe', 'pipe'],
        // A process that hangs is a failure with its output, not a test that times out.
        timeout: options.timeoutMillis ?? 30_000,
        killSignal: 'SIGKILL',
      },
    );
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text;
      if (this.#endingAt === 0 && this.#stdout.includes('"ending"')) this.#endingAt = performance.now();
      for (const look of this.#watchers) look();
    });
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
    });
    this.ended = new Promise((resolve, reject) => {
      this.child.once('error', reject);
      this.child.once('close', (code, signal) => {
        resolve({
          code,
          signal,
          stdout: this.#stdout,
          stderr: this.#stderr,
          endedMillis: performance.now() - (this.#endingAt || started),
          stats: this.#said('stats') as Stats | undefined,
        });
      });
    });
  }

  /** Resolves with what the application said under this name. */
  async said(name: string): Promise<unknown> {
    const found = new Promise<unknown>((resolve) => {
      const look = () => {
        const value = this.#said(name);
        if (value !== undefined) resolve(value);
      };
      this.#watchers.add(look);
      look();
    });
    const gone = this.ended.then(({ code, signal, stdout, stderr }) => {
      const value = this.#said(name);
      if (value !== undefined) return value;
      throw new Error(`ended with ${signal ?? code} without saying ${name}\n${stdout}\n${stderr}`);
    });
    return Promise.race([found, gone]);
  }

  #said(name: string): unknown {
    let value: unknown;
    // The last line may have come in part.
    for (const line of this.#stdout.split('\n').slice(0, -1)) {
      if (line.startsWith(`{"${name}":`)) value = (JSON.parse(line) as Record<string, unknown>)[name];
    }
    return value;
  }
}

export function runApp(options: AppOptions): Promise<AppEnd> {
  return new AppProcess(options).ended;
}

/** The settings of whoever runs the tests are not part of them. */
function withoutTelemetry(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).filter(
      ([name]) => !/^(OTEL_|OFFLOOP_|NODE_OPTIONS$|NODE_V8_COVERAGE$|VITEST)/.test(name),
    ),
  );
}
