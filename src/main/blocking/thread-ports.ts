// The ports on which the threads of a pool say what goes beside piscina's answers: spans as they end, and results. Thread: the
// user's. Caller: blocking-pool.ts.
//
// Spans are posted at once: what has ended is there, however its thread ends. Before a task's promise is settled everything that
// its thread has posted is received, so a flush after `await runBlocking()` has its spans.

import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { atomicAdd, atomicLoad } from '../../shared/atomics.js';
import { recordSpanData, reportLostSpans } from './span-sink.js';
import type { ThreadHello, ThreadMessage } from './task-message.js';

interface Port {
  readonly port: MessagePort;
  result: unknown;
}

export class ThreadPorts {
  readonly spansInFlight = new Int32Array(new SharedArrayBuffer(4));
  readonly #ports = new Map<number, Port>();

  /** Before the thread's first task: it says so while it loads. */
  greet(message: unknown): void {
    const { offloopPort, threadId } = (message ?? {}) as Partial<ThreadHello>;
    if (offloopPort === undefined || threadId === undefined) return;
    const port: Port = { port: offloopPort, result: undefined };
    this.#ports.set(threadId, port);
    offloopPort.on('message', (said: ThreadMessage) => this.#take(port, said));
    offloopPort.once('close', () => this.#ports.delete(threadId));
    // A thread without a task keeps nothing alive.
    offloopPort.unref();
  }

  /** What a task has given back over its thread's port. */
  takeResult(threadId: number): unknown {
    const port = this.#ports.get(threadId);
    if (port === undefined) return undefined;
    this.#receive(port);
    const { result } = port;
    port.result = undefined;
    return result;
  }

  /** All spans that have been posted. */
  receiveSpans(): void {
    if (atomicLoad(this.spansInFlight, 0) === 0) return;
    for (const port of this.#ports.values()) this.#receive(port);
  }

  #receive(port: Port): void {
    for (;;) {
      const received = receiveMessageOnPort(port.port) as { message: ThreadMessage } | undefined;
      if (received === undefined) return;
      this.#take(port, received.message);
    }
  }

  #take(port: Port, said: ThreadMessage): void {
    if ('span' in said) {
      atomicAdd(this.spansInFlight, 0, -1);
      recordSpanData(said.span);
    } else if ('result' in said) {
      port.result = said.result;
    } else if ('lostSpans' in said) {
      reportLostSpans(said.lostSpans, 'more were in flight than are kept');
    }
  }
}
