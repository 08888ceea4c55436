// What the probe inside a service of the demo measured, as it writes it down at the end of the process. Written
// by probe.ts, read by the demo.

export interface SpanCost {
  /** Spans of which every call from start to end was timed. */
  readonly spansTimed: number;
  /** Timed calls per span: startSpan, attributes, events, status, end. */
  readonly callsPerSpan: number;
  readonly medianNanos: number;
  readonly meanNanos: number;
  readonly p99Nanos: number;
  /** What one timing costs itself; already subtracted, once for each call. */
  readonly clockNanos: number;
}

export interface LoopDelay {
  readonly p50Millis: number;
  readonly p99Millis: number;
  readonly maxMillis: number;
}

export interface ProbeReport {
  readonly recorded: number;
  readonly delivered: number;
  readonly dropped: Readonly<Record<string, number>>;
  readonly pending: number;
  readonly workers: number;
  readonly workerRestarts: number;
  /** Undefined: no span was timed. */
  readonly cost: SpanCost | undefined;
  readonly loopDelay: LoopDelay;
}

/** The environment variable that tells the probe which file to write. */
export const REPORT_FILE_VARIABLE = 'OFFLOOP_DEMO_REPORT_FILE';
