// The one configuration that everything reads: resolved once from options and environment, frozen, and safe
// to send to a worker (structured clone).

export type OtlpProtocol = 'grpc' | 'http/protobuf' | 'http/json' | 'file';
export type Compression = 'none' | 'gzip';
export type SamplerName =
  | 'always_on'
  | 'always_off'
  | 'traceidratio'
  | 'parentbased_always_on'
  | 'parentbased_always_off'
  | 'parentbased_traceidratio'
  | 'probability'
  | 'parentbased_probability'
  | 'composite_always_on'
  | 'composite_always_off'
  | 'composite_probability'
  | 'composite_parent_threshold'
  | 'jaeger_remote'
  | 'parentbased_jaeger_remote'
  | 'xray';
export type PropagatorName =
  | 'tracecontext'
  | 'baggage'
  | 'b3'
  | 'b3multi'
  | 'jaeger'
  | 'xray'
  | 'ottrace'
  | 'none';

export type ResourceDetectorName =
  | 'service'
  | 'host'
  | 'process'
  | 'container'
  | 'env'
  | 'os'
  | 'serviceinstance';

export interface ExporterConfig {
  readonly protocol: OtlpProtocol;
  /** HTTP: the full URL for traces. gRPC: the target as the user wrote it. File: `stdout`, or a file URL. */
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

export interface ZipkinConfig {
  readonly url: string;
  /** Of one batch, the processor's bound included. */
  readonly timeoutMillis: number;
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

export interface SamplerConfig {
  /** `object`: the sampler that the user handed to start(), which only the main thread has. */
  readonly name: SamplerName | 'object';
  readonly ratio: number;
  /** For `jaeger_remote`, `parentbased_jaeger_remote` and `xray` only. */
  readonly remote?: RemoteSamplerConfig;
}

export interface RemoteSamplerConfig {
  readonly endpoint: string;
  readonly pollingIntervalMillis: number;
  /** Share of traces until the first answer; Jaeger only. */
  readonly initialSamplingRate: number;
}

export interface EntityConfig {
  readonly type: string;
  /** Empty: none. */
  readonly schemaUrl: string;
  /** What identifies it, at least one. */
  readonly id: Readonly<Record<string, string>>;
  readonly description: Readonly<Record<string, string>>;
}

export interface ResolvedConfig {
  readonly disabled: boolean;
  /** Export workers, one lane each; 0 = pumped on the calling thread. */
  readonly workers: number;
  readonly ringBytes: number;
  /** Of threads that record into another thread's pool. */
  readonly threadRingBytes: number;
  readonly arenaBytes: number;
  readonly serviceName: string | undefined;
  /** Of variables and code. */
  readonly resourceAttributes: Readonly<Record<string, string>>;
  /** Those among them which code has given, `serviceName` included: stronger than a Resource in the options. */
  readonly resourceAttributesOfCode: Readonly<Record<string, string>>;
  /** What the resource is made of, in ascending strength: one of each type, and one value for each attribute. */
  readonly entities: readonly EntityConfig[];
  /** Detectors by name; those that are objects only the main thread has. */
  readonly resourceDetectors: readonly ResourceDetectorName[];
  /** The process detector tells the command's arguments. */
  readonly processCommandArgs: boolean;
  readonly exporter: ExporterConfig;
  /** False: `OTEL_TRACES_EXPORTER=none`, spans are recorded nowhere. */
  readonly exportTraces: boolean;
  /** Beside another destination: lines of OTLP on standard output, by a worker of their own. */
  readonly stdoutTraces: boolean;
  /** Spans are printed on the main thread. */
  readonly consoleTraces: boolean;
  /** Given: spans go to Zipkin, from the main thread. */
  readonly zipkin?: ZipkinConfig;
  /** Metrics of offloop itself go to the global meter provider, if start() was given none. */
  readonly sdkMetrics: boolean;
  readonly batch: BatchConfig;
  readonly sampler: SamplerConfig;
  readonly propagators: readonly PropagatorName[];
  readonly spanLimits: SpanLimits;
  /** Roots say that their trace ids are random (W3C Trace Context Level 2). */
  readonly randomFlag: boolean;
  /** Directives for level-directives.ts, right ones. */
  readonly level: string;
  /** Longest nap of a worker between two looks at its rings. */
  readonly drainIntervalMillis: number;
  /** Spans dropped by a full ring from which on it is said; 0: never. */
  readonly dropWarningThreshold: number;
  /** How long the end of the process may wait for what is still in the ring. */
  readonly exitTimeoutMillis: number;
  readonly shutdownTimeoutMillis: number;
}
