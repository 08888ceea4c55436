// The load generator as the bench sees it: starts the process of load-generator.ts and tells it what to do. Called by
// scenarios/http-server.ts.

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { cleanEnvironment } from '../child-process.ts';

export interface LoadOrder {
  readonly port: number;
  readonly connections: number;
  readonly durationMillis: number;
}

export type LoadAnswer =
  | { readonly requests: number; readonly elapsedMillis: number }
  | { readonly error: string };

export interface LoadResult {
  /** Requests that were answered, all of them with 200 and the same body. */
  readonly requests: number;
  readonly elapsedMillis: number;
}

export class LoadGenerator {
  readonly #process: ChildProcess;

  constructor() {
    this.#process = fork(new URL('./load-generator.ts', import.meta.url), {
      execArgv: [],
      serialization: 'json',
      env: cleanEnvironment(),
    });
  }

  async run(order: LoadOrder): Promise<LoadResult> {
    const answered = new Promise<LoadAnswer>((resolve, reject) => {
      const exited = (code: number | null): void => reject(new Error(`load generator: ended with ${code}`));
      this.#process.once('exit', exited);
      this.#process.once('message', (message) => {
        this.#process.off('exit', exited);
        resolve(message as LoadAnswer);
      });
    });
    this.#process.send(order);
    const answer = await answered;
    if ('error' in answer) throw new Error(`load generator: ${answer.error}`);
    return answer;
  }

  async close(): Promise<void> {
    const exited = once(this.#process, 'exit');
    this.#process.disconnect();
    await exited;
  }
}
