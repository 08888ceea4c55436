// Runs the built command line in a child process, for the tests in this folder.

import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('../../bin/offloop.js', import.meta.url));

export class CommandProcess {
  readonly child: ChildProcess;
  stdout = '';
  stderr = '';
  readonly status: Promise<number | null>;
  readonly #watchers = new Set<() => void>();

  constructor(args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
    this.child = spawn(process.execPath, [script, ...args], {
      env: { ...withoutTelemetry(process.env), ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
      for (const look of this.#watchers) look();
    });
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    this.status = new Promise((resolve) => this.child.once('close', resolve));
  }

  /** Resolves when stdout has it; rejects when the process ends without it. */
  async printed(pattern: RegExp): Promise<RegExpExecArray> {
    const found = new Promise<RegExpExecArray>((resolve) => {
      const look = () => {
        const match = pattern.exec(this.stdout);
        if (match !== null) resolve(match);
      };
      this.#watchers.add(look);
      look();
    });
    const ended = this.status.then((status) => {
      const match = pattern.exec(this.stdout);
      if (match !== null) return match;
      throw new Error(`ended with ${status} before it printed ${pattern}\n${this.stdout}\n${this.stderr}`);
    });
    return Promise.race([found, ended]);
  }
}

/** The settings of whoever runs the tests are not part of them. */
function withoutTelemetry(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !/^(OTEL|OFFLOOP)_/.test(name)));
}
