// Where the pipeline of a lane runs: a thread (worker-host.ts) or this one (inline-host.ts). Caller: export-lanes.ts.

export interface LaneHost {
  /** Resolves when records flow, or when it is certain that they will not (which was reported). */
  readonly ready: Promise<void>;
  /** False: the time was over, or nobody is there. */
  flush(timeoutMillis: number): Promise<boolean>;
  shutdown(timeoutMillis: number): Promise<boolean>;
  large(producerId: number, record: ArrayBuffer): void;
  close(): Promise<void>;
}
