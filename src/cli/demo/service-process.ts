// One child process of the demo: waits for its address, lets it end by itself, and never leaves it running.

import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const READY_TIMEOUT_MILLIS = 30_000;
const END_TIMEOUT_MILLIS = 15_000;
const KEPT_ERROR_LINES = 20;

export interface ServiceProcessStart {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly environment: NodeJS.ProcessEnv;
}

export class ServiceProcess {
  readonly name: string;
  readonly #child: ChildProcess;
  /** The newest lines of its stderr: the reason, if it fails. */
  readonly #errorLines: string[] = [];
  readonly #ended: Promise<string | undefined>;
  readonly #address: Promise<string>;

  constructor(name: string, { args, cwd, environment }: ServiceProcessStart) {
    this.name = name;
    this.#child = spawn(process.execPath, args, {
      cwd,
      env: environment,
      // The channel tells the child when the demo is gone.
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#ended = new Promise((resolve) => {
      this.#child.once('error', (error) => resolve(`could not be started: ${error.message}`));
      this.#child.once('close', (code, signal) => {
        if (code === 0) resolve(undefined);
        else resolve(signal === null ? `ended with status ${code}` : `was ended by ${signal}`);
      });
    });
    this.#address = this.#readAddress();
    // Whoever waits sees it fail; where nobody waits any more it must not be an unhandled rejection.
    this.#address.catch(() => {});
    this.#keepErrorLines();
  }

  /** The first URL that it prints. */
  address(): Promise<string> {
    return this.#address;
  }

  /** Tells the probe that the warm-up is over. */
  measureFromHere(): void {
    this.#child.send({ measure: true }, () => {});
  }

  /** SIGTERM; resolves when the process has ended by itself with status 0, rejects when it did not. */
  async end(): Promise<void> {
    this.#child.kill('SIGTERM');
    const late = Symbol('late');
    const reason = await withTimeout(this.#ended, END_TIMEOUT_MILLIS, late);
    if (reason === late) throw this.#failure(`did not end within ${END_TIMEOUT_MILLIS / 1_000} s of SIGTERM`);
    if (reason !== undefined) throw this.#failure(reason);
  }

  /** For the way out after a failure: ends it at once if it still runs. */
  async kill(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#child.kill('SIGKILL');
    await this.#ended;
  }

  /** What it said on stderr, for the user to see. */
  errorOutput(): readonly string[] {
    return this.#errorLines;
  }

  async #readAddress(): Promise<string> {
    const address = new Promise<string>((resolve) => {
      const lines = createInterface({ input: this.#child.stdout as NodeJS.ReadableStream });
      lines.on('line', (line) => {
        const url = /http:\/\/\S+/.exec(line)?.[0];
        if (url !== undefined) resolve(url);
      });
    });
    const early = this.#ended.then((reason) => {
      throw this.#failure(reason ?? 'ended before it was ready');
    });
    const late = Symbol('late');
    const first = await withTimeout(Promise.race([address, early]), READY_TIMEOUT_MILLIS, late);
    if (typeof first !== 'string')
      throw this.#failure(`was not ready after ${READY_TIMEOUT_MILLIS / 1_000} s`);
    return first;
  }

  #keepErrorLines(): void {
    const lines = createInterface({ input: this.#child.stderr as NodeJS.ReadableStream });
    lines.on('line', (line) => {
      this.#errorLines.push(line);
      if (this.#errorLines.length > KEPT_ERROR_LINES) this.#errorLines.shift();
    });
  }

  #failure(what: string): Error {
    return new Error(`the service "${this.name}" ${what}`);
  }
}

async function withTimeout<T, L>(promise: Promise<T>, timeoutMillis: number, late: L): Promise<T | L> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<L>((resolve) => {
    timer = setTimeout(() => resolve(late), timeoutMillis);
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
