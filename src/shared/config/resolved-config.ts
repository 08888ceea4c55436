// The one configuration that everything reads: resolved once from options and environment, frozen, and safe
// to send to a worker (structured clone).

export type OtlpProtocol = 'grpc' | 'http/protobuf' | 'http/json';
export type Compression = 'none' | 'gzip';
export type SamplerName =
  | 'always_on'
  | 'always_off'
  | 'traceidratio'
  | 'parentbased_always_on'
  | 'parentbased_always_off'
  | 'parentbased_traceidratio';
export type PropagatorName = 'tracecontext' | 'baggage' | 'none';

export interface ExporterConfig {
  readonly protocol: OtlpProtocol;
  /** HTTP: the full URL for traces. gRPC: the target as the user wrote it. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly compression: Compression;
  /** All attempts at one batch together. */
  readonly timeoutMillis: number;
  /** gRPC only: no TLS. */
  readonly insecure: boolean;
  readonly certificateFile: string | undefined;
  readonly clientKeyFile: string | undefined;
  readonly clientCertificateFile: string | undefined;
  readonly maxRequestBytes: number;
  readonly maxResponseBytes: number;
  readonly maxConcurrentExports: number;
}

export interface BatchConfig {
  readonly maxExportBatchSize: number;
  readonly maxExportBatchBytes: number;
  readonly scheduledDelayMillis: number;
}

export interface SpanLimits {
  readonly attributeCountLimit: number;
  readonly attributeValueLengthLimit: number;
  readonly attributeDepthLimit: number;
  readonly eventCountLimit: number;
  readonly linkCountLimit: number;
  readonly attributePerEventCountLimit: number;
  readonly attributePerLinkCountLimit: number;
}

export interface ResolvedConfig {
  readonly disabled: boolean;
  /** Export workers, one lane each; 0 = pumped on the calling thread. */
  readonly workers: number;
  readonly ringBytes: number;
  readonly arenaBytes: number;
  readonly serviceName: string | undefined;
  readonly resourceAttributes: Readonly<Record<string, string>>;
  readonly exporter: ExporterConfig;
  /** False: `OTEL_TRACES_EXPORTER=none`, spans are recorded nowhere. */
  readonly exportTraces: boolean;
  readonly batch: BatchConfig;
  readonly sampler: { readonly name: SamplerName; readonly ratio: number };
  readonly propagators: readonly PropagatorName[];
  readonly spanLimits: SpanLimits;
  /** Longest nap of a worker between two looks at its rings. */
  readonly drainIntervalMillis: number;
  /** How long the end of the process may wait for what is still in the ring. */
  readonly exitTimeoutMillis: number;
  readonly shutdownTimeoutMillis: number;
}
