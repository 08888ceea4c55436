// The sink as the bench sees it: starts the process of sink.ts and asks it. Called by run.ts and the scenarios.

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

export interface SinkCount {
  /** Spans received since the sink began. */
  readonly spans: number;
  readonly requests: number;
  readonly bytes: number;
  /** Bodies that were no OTLP request. */
  readonly invalid: number;
}

export type SinkAnswer =
  | { readonly type: 'ready'; readonly httpPort: number; readonly grpcPort: number }
  | ({ readonly type: 'count' } & SinkCount);

export class Sink {
  readonly httpPort: number;
  readonly grpcPort: number;
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess, httpPort: number, grpcPort: number) {
    this.#process = process;
    this.httpPort = httpPort;
    this.grpcPort = grpcPort;
  }

  static async start(): Promise<Sink> {
    const child = fork(new URL('./sink.ts', import.meta.url), { execArgv: [], serialization: 'json' });
    const ready = await nextAnswer(child);
    if (ready.type !== 'ready') throw new Error(`sink: expected ready, got ${ready.type}`);
    return new Sink(child, ready.httpPort, ready.grpcPort);
  }

  async count(): Promise<SinkCount> {
    const answer = nextAnswer(this.#process);
    this.#process.send('count');
    const count = await answer;
    if (count.type !== 'count') throw new Error(`sink: expected count, got ${count.type}`);
    return count;
  }

  async close(): Promise<void> {
    const exited = once(this.#process, 'exit');
    this.#process.disconnect();
    await exited;
  }
}

/** Questions are asked one at a time, so the next message is the answer. */
function nextAnswer(child: ChildProcess): Promise<SinkAnswer> {
  return new Promise((resolve, reject) => {
    const exited = (code: number | null): void => reject(new Error(`sink: ended with ${code}`));
    child.once('exit', exited);
    child.once('message', (message) => {
      child.off('exit', exited);
      resolve(message as SinkAnswer);
    });
  });
}
