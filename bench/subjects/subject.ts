// What a task asks of the telemetry under test. Implementations: subjects/idle.ts, subjects/offloop.ts and
// bench/rivals/*.ts; load.ts chooses one by name.

import type { Tracer } from '@opentelemetry/api';
import type { RecordSpan } from '../load/styles.ts';

export type SubjectName = 'idle' | 'otel-js' | 'otel-js-worker' | 'otel-js+offloop' | 'offloop';

export interface SubjectOptions {
  readonly protocol: 'http/protobuf' | 'grpc';
  readonly compression: 'none' | 'gzip';
  readonly httpPort: number;
  readonly grpcPort: number;
  /** The default samples everything. */
  readonly sampler?: 'always_off';
  /** OTel JS and its worker variant; defaults of the SDK if absent. */
  readonly maxQueueSize?: number;
  readonly maxExportBatchSize?: number;
  /** offloop; its default if absent. */
  readonly ringBytes?: number;
  /** offloop: a span processor of the user's own beside the export, which makes spans readable objects. */
  readonly userProcessor?: boolean;
}

export interface SubjectTotals {
  /** Spans which the receiver acknowledged. */
  readonly delivered: number;
  /** Spans given up, for whatever reason. */
  readonly dropped: number;
}

export interface Subject {
  readonly tracer: Tracer | undefined;
  /** offloop's template recorder; absent in the rivals. */
  readonly recordTemplate?: RecordSpan;
  /** Resolves when every span recorded before was delivered or dropped. */
  flush(): Promise<void>;
  /** `offered`: spans recorded so far, for subjects that only know what they delivered. */
  totals(offered: number): SubjectTotals;
  /** Share of the ring that holds records not yet released; absent in the rivals. */
  fill?(): number;
  close(): Promise<void>;
}

export type OpenSubject = (options: SubjectOptions) => Promise<Subject>;

export function httpUrl(options: SubjectOptions): string {
  return `http://127.0.0.1:${options.httpPort}/v1/traces`;
}

export function grpcUrl(options: SubjectOptions): string {
  return `http://127.0.0.1:${options.grpcPort}`;
}
