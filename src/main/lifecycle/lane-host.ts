// Where the pipeline of a lane runs: a thread (worker-host.ts) or this one (inline-host.ts). Caller: export-lanes.ts.

import type { ProducerChannel, RecordRange } from '../../shared/control.js';

export interface LaneHost {
  /** Resolves when records flow, or when it is certain that they will not (which was reported). */
  readonly ready: Promise<void>;
  /** False: the time was over, or nobody is there. */
  flush(timeoutMillis: number): Promise<boolean>;
  shutdown(timeoutMillis: number): Promise<boolean>;
  large(producerId: number, record: ArrayBufferLike): void;
  /** Another thread that records into the lane. */
  addProducer(producer: ProducerChannel): void;
  /** It has ended: `onRetired` is called when it is settled. */
  retireProducer(producerId: number): void;
  /** False: one of these records was dropped, or nobody knows any more. */
  allDelivered(producerId: number, range: RecordRange): Promise<boolean>;
  /** Headers of all requests from now on, also for successors of the worker. */
  headers(headers: Readonly<Record<string, string>>): void;
  /** The resource with what was detected late: sent on, and given to successors of the worker. */
  resource(resource: Uint8Array): void;
  close(): Promise<void>;
}
