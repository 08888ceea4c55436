// The demo's end of the channel to its receiver process (receiver/receiver-process.ts).

import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ExampleTrace, ReceiverMessage, ReceiverRequest } from '../receiver/receiver-messages.js';
import type { ReceiverCounts } from '../receiver/trace-store.js';

type Told<T extends ReceiverMessage['tell']> = Extract<ReceiverMessage, { tell: T }>;

export class ReceiverClient {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<ReceiverMessage['tell'], (message: ReceiverMessage) => void>();
  readonly #failed: Promise<never>;

  constructor() {
    this.#child = fork(fileURLToPath(new URL('../receiver/receiver-process.js', import.meta.url)), {
      // Spans carry bigints and bytes.
      serialization: 'advanced',
      // Not a preload that the demo itself may have been given.
      execArgv: [],
    });
    this.#failed = new Promise((_, reject) => {
      this.#child.once('error', reject);
      this.#child.once('exit', () => reject(new Error('the receiver process has ended')));
      this.#child.on('message', (message: ReceiverMessage) => {
        if (message.tell === 'failed') reject(new Error(`the receiver process failed: ${message.reason}`));
        this.#waiting.get(message.tell)?.(message);
        this.#waiting.delete(message.tell);
      });
    });
    this.#failed.catch(() => {});
  }

  ready(): Promise<Told<'ready'>> {
    return this.#wait('ready');
  }

  /** One question of a kind at a time. */
  async counts(): Promise<ReceiverCounts> {
    return (await this.#ask({ ask: 'counts' }, 'counts')).counts;
  }

  async exampleTrace(): Promise<ExampleTrace | undefined> {
    return (await this.#ask({ ask: 'example' }, 'example')).trace;
  }

  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    // It ends when the channel closes; a process that hangs does not.
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 2_000);
    if (this.#child.connected) this.#child.disconnect();
    await ended;
    clearTimeout(timer);
  }

  #ask<T extends ReceiverMessage['tell']>(request: ReceiverRequest, answer: T): Promise<Told<T>> {
    const told = this.#wait(answer);
    if (this.#child.connected) this.#child.send(request, () => {});
    return told;
  }

  #wait<T extends ReceiverMessage['tell']>(tell: T): Promise<Told<T>> {
    const told = new Promise<Told<T>>((resolve) => {
      this.#waiting.set(tell, (message) => resolve(message as Told<T>));
    });
    return Promise.race([told, this.#failed]);
  }
}
