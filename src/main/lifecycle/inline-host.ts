// Runs the pipeline of a lane on the calling thread: OFFLOOP_WORKERS=0, or no thread can be had, or threads keep dying.
// Thread: main. Caller: export-lanes.ts. Its timers let the process end; its sockets must not be traced, so all it does
// happens in a context that suppresses tracing.

import { type Context, ROOT_CONTEXT } from '@opentelemetry/api';
import type {
  InlineLane,
  LaneStart,
  LargeSent,
  ProducerChannel,
  RecordRange,
  StartInline,
} from '../../shared/control.js';
import { SUPPRESS_TRACING_KEY } from '../context/suppression.js';
import { packageFile, requireFromPackage } from '../package/installed-package.js';
import type { LaneHost } from './lane-host.js';
import { mainControl } from './main-control.js';

const INLINE_FILE = 'worker/inline.js';

/** A context manager: ours, or the one behind the API. */
export interface ContextRunner {
  with<T>(context: Context, call: () => T): T;
}

export class InlineHost implements LaneHost {
  readonly ready = Promise.resolve();
  readonly #lane: InlineLane;
  readonly #run: <T>(call: () => T) => T;

  constructor(
    start: LaneStart,
    runner: ContextRunner,
    largeSent: readonly LargeSent[],
    onRetired: (producerId: number) => void,
  ) {
    const suppressed = ROOT_CONTEXT.setValue(SUPPRESS_TRACING_KEY, true);
    this.#run = (call) => runner.with(suppressed, call);
    const { startInline } = requireFromPackage(packageFile(INLINE_FILE)) as { startInline: StartInline };
    this.#lane = this.#run(() => startInline(start, mainControl(onRetired), largeSent));
  }

  flush(timeoutMillis: number): Promise<boolean> {
    return this.#run(() => this.#lane.flush(timeoutMillis));
  }

  shutdown(timeoutMillis: number): Promise<boolean> {
    return this.#run(() => this.#lane.shutdown(timeoutMillis));
  }

  large(producerId: number, record: ArrayBufferLike): void {
    this.#run(() => this.#lane.large(producerId, record));
  }

  addProducer(producer: ProducerChannel): void {
    this.#run(() => this.#lane.addProducer(producer));
  }

  retireProducer(producerId: number): void {
    this.#run(() => this.#lane.retireProducer(producerId));
  }

  allDelivered(producerId: number, range: RecordRange): Promise<boolean> {
    return this.#run(() => this.#lane.allDelivered(producerId, range));
  }

  headers(headers: Readonly<Record<string, string>>): void {
    this.#run(() => this.#lane.headers(headers));
  }

  resource(resource: Uint8Array): void {
    this.#run(() => this.#lane.resource(resource));
  }

  async close(): Promise<void> {}
}
