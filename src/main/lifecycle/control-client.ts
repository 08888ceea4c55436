// Main's end of the control port of one worker; the only file of main that imports comlink. Caller: worker-host.ts.
//
// The port is held while a call is under way, so that an awaited flush keeps the process alive, and let go when none
// is: an idle worker must not. comlink costs 58 to 77 us a call: control only, never a record of usual size.

import type { MessagePort } from 'node:worker_threads';
import { type Endpoint, expose, transfer, wrap } from 'comlink';
import type { MainControl, ProducerChannel, RecordRange, WorkerControl } from '../../shared/control.js';
import { TIMEOUT_MILLIS_MAX } from '../../shared/limits.js';
import { type NodePort, portEndpoint } from '../../shared/port-endpoint.js';

/** For what a worker answers from memory. */
const ANSWER_MILLIS_MAX = 1000;

export class ControlClient {
  readonly #port: MessagePort;
  readonly #remote: WorkerControl;
  /** Resolves false when the other end is gone: with the thread that died. */
  readonly #gone: Promise<boolean>;
  #underWay = 0;
  #closed = false;

  constructor(port: MessagePort) {
    this.#port = port;
    this.#remote = wrap<WorkerControl>(
      portEndpoint(port as NodePort) as Endpoint,
    ) as unknown as WorkerControl;
    this.#gone = new Promise((resolve) => {
      port.once('close', () => {
        this.#closed = true;
        resolve(false);
      });
    });
    port.unref();
  }

  /** The worker is gone, or was let go. */
  get isClosed(): boolean {
    return this.#closed;
  }

  /** Resolves false when the worker is gone or did not manage in time. */
  flush(timeoutMillis: number): Promise<boolean> {
    return this.#call(timeoutMillis, () => this.#remote.flush(timeoutMillis));
  }

  shutdown(timeoutMillis: number): Promise<boolean> {
    return this.#call(timeoutMillis, () => this.#remote.shutdown(timeoutMillis));
  }

  /** Posted at once; the answer does not matter. */
  large(producerId: number, record: ArrayBufferLike): void {
    // Shared memory comes from another thread, and cannot be transferred: it is there for both.
    this.#tell(
      this.#remote.large(producerId, record instanceof ArrayBuffer ? transfer(record, [record]) : record),
    );
  }

  /** False also when the worker is gone: nobody knows. */
  allDelivered(producerId: number, range: RecordRange): Promise<boolean> {
    return this.#call(ANSWER_MILLIS_MAX, () => this.#remote.allDelivered(producerId, range));
  }

  headers(headers: Readonly<Record<string, string>>): void {
    this.#tell(this.#remote.headers(headers));
  }

  addProducer(producer: ProducerChannel): void {
    this.#tell(this.#remote.addProducer(producer));
  }

  retireProducer(producerId: number): void {
    this.#tell(this.#remote.retireProducer(producerId));
  }

  resource(resource: Uint8Array): void {
    this.#tell(this.#remote.resource(resource));
  }

  close(): void {
    this.#closed = true;
    this.#port.close();
  }

  /** Posted already; the answer, which only says that the call was made, does not matter. */
  #tell(answer: unknown): void {
    Promise.resolve(answer).catch(() => {});
    if (this.#underWay === 0) this.#port.unref();
  }

  async #call(timeoutMillis: number, call: () => Promise<boolean>): Promise<boolean> {
    if (this.#closed) return false;
    this.#underWay++;
    this.#port.ref();
    let timer: NodeJS.Timeout | undefined;
    // A worker that died answers never: its time ends here, a little after its own bound.
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(resolve, Math.min(timeoutMillis + 250, TIMEOUT_MILLIS_MAX), false);
    });
    try {
      return await Promise.race([call(), late, this.#gone]);
    } catch {
      return false;
    } finally {
      clearTimeout(timer);
      this.#underWay--;
      if (this.#underWay === 0) this.#port.unref();
    }
  }
}

/** Lets the worker call `target` over `port`. */
export function exposeMainControl(port: MessagePort, target: MainControl): void {
  expose(target, portEndpoint(port as NodePort) as Endpoint);
  port.unref();
}
