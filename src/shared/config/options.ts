// The options of `start()`, as users write them. Thread: main; callers: main's public doors, resolve.ts.
// Every option beats its environment variable. A wrong one throws an OptionError, whose code is made of the
// option's name (`workers`: ERR_OFFLOOP_WORKERS; `exporter.url`: ERR_OFFLOOP_EXPORTER_URL).

import type {
  Compression,
  OtlpProtocol,
  PropagatorName,
  ResourceDetectorName,
  SamplerName,
  SpanLimits,
} from './resolved-config.js';

/** Where and how spans are sent: the OTLP exporter's configuration, in the SDK's words. */
export interface ExporterOptions {
  /**
   * Encoding and transport. Default `http/protobuf`. `file`: lines of JSON, one request each, which the worker writes to
   * standard output or appends to a file (`url`); neither compressed nor, as a line must stay whole, by more than one worker.
   * Variables `OTEL_EXPORTER_OTLP_TRACES_PROTOCOL`, `OTEL_EXPORTER_OTLP_PROTOCOL` (not `file`: for that there is
   * `OTEL_TRACES_EXPORTER=otlp/stdout`). Specification: OpenTelemetry Protocol Exporter, Specify Protocol; OTLP File Exporter.
   */
  readonly protocol?: OtlpProtocol;
  /**
   * Where to. For HTTP the full URL, used as it is (default `http://localhost:4318/v1/traces`); for gRPC an
   * `http:` or `https:` URL or a gRPC target such as `collector:4317` or `unix:/run/otel.sock` (default
   * `http://localhost:4317`); for `file`: `stdout` (default) or a URL such as `file:///var/log/spans.jsonl`, whose file is
   * made if there is none. At most 4096 characters. A user name and password in it are sent as basic
   * authorization.
   * Variables `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT` (as it is) and `OTEL_EXPORTER_OTLP_ENDPOINT` (HTTP: a base, to
   * which `v1/traces` is added). Specification: OpenTelemetry Protocol Exporter, Endpoint URLs for OTLP/HTTP.
   */
  readonly url?: string;
  /**
   * Headers of every request (gRPC: metadata), added to those of the variables and stronger than they.
   * At most 64; names are HTTP tokens, values printable ASCII of at most 8192 characters; headers that belong to
   * the transport (`content-length`, ...) are refused. Values never appear in errors, warnings or logs.
   * Variables `OTEL_EXPORTER_OTLP_TRACES_HEADERS`, `OTEL_EXPORTER_OTLP_HEADERS`: `key=value,key=value`,
   * percent-encoded. Specification: OpenTelemetry Protocol Exporter, Specifying headers via environment variables.
   */
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * Compression of requests, done in the worker. Default `none`.
   * Variables `OTEL_EXPORTER_OTLP_TRACES_COMPRESSION`, `OTEL_EXPORTER_OTLP_COMPRESSION`.
   */
  readonly compression?: Compression;
  /**
   * Milliseconds for all attempts at one batch together, from the first one on. Default 10000; 0 to 2147483647,
   * 0 = unlimited, for which the greatest delay of a timer (24.8 days) stands. The smaller one of this and
   * `exportTimeoutMillis` counts.
   * Variables `OTEL_EXPORTER_OTLP_TRACES_TIMEOUT`, `OTEL_EXPORTER_OTLP_TIMEOUT`.
   */
  readonly timeoutMillis?: number;
  /** Requests in flight at a time. Default 4; 1 to 64. Variable `OFFLOOP_CONCURRENT_EXPORTS`. */
  readonly concurrencyLimit?: number;
  /**
   * gRPC to a target without scheme: no TLS. Default false. `http:` and `https:` in `url` say it themselves.
   * Variables `OTEL_EXPORTER_OTLP_TRACES_INSECURE`, `OTEL_EXPORTER_OTLP_INSECURE`.
   */
  readonly insecure?: boolean;
  /**
   * PEM file of the authorities that the receiver's certificate is checked against. Default: those of Node.
   * Variables `OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE`, `OTEL_EXPORTER_OTLP_CERTIFICATE`.
   */
  readonly certificateFile?: string;
  /**
   * PEM file of the client's private key (mTLS), with `clientCertificateFile`.
   * Variables `OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY`, `OTEL_EXPORTER_OTLP_CLIENT_KEY`.
   */
  readonly clientKeyFile?: string;
  /**
   * PEM file of the client's certificate (mTLS), with `clientKeyFile`.
   * Variables `OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE`, `OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE`.
   */
  readonly clientCertificateFile?: string;
  /**
   * A request larger than this many bytes, before or after compression, is not sent. Default and maximum 67108864
   * (64 MiB), minimum 65536. Variable `OFFLOOP_MAX_REQUEST_BYTES`.
   */
  readonly maxRequestBytes?: number;
  /**
   * A response larger than this many bytes after decompression is a failure that is not retried. Default and
   * maximum 4194304 (4 MiB), minimum 1024. Variable `OFFLOOP_MAX_RESPONSE_BYTES`.
   */
  readonly maxResponseBytes?: number;
}

export type TracesExporterName = 'otlp' | 'otlp/stdout' | 'zipkin' | 'console' | 'none';

/** Of `tracesExporter: 'zipkin'`. */
export interface ZipkinOptions {
  /**
   * An `http:` or `https:` URL of at most 4096 characters. Default `http://localhost:9411/api/v2/spans`.
   * Variable `OTEL_EXPORTER_ZIPKIN_ENDPOINT`.
   */
  readonly url?: string;
  /**
   * Milliseconds for one batch. Default 10000; 0 to 2147483647, 0 = unlimited (24.8 days). The smaller one of this and
   * `exportTimeoutMillis` counts. Variable `OTEL_EXPORTER_ZIPKIN_TIMEOUT`.
   */
  readonly timeoutMillis?: number;
}

export interface SamplerOptions {
  /**
   * Default `parentbased_always_on`. Variable `OTEL_TRACES_SAMPLER`.
   * Specification: Tracing SDK, Built-in samplers. Of the specification's consistent probability sampling, under the
   * names which its declarative configuration has for the parts:
   * - `probability`, `parentbased_probability`: ProbabilitySampler, alone or as the root of ParentBased.
   * - `composite_always_on`, `composite_always_off`, `composite_probability`: CompositeSampler with that composable.
   * - `composite_parent_threshold`: CompositeSampler with ComposableParentThreshold, whose root is
   *   ComposableProbability of `ratio`.
   * From packages that have to be installed:
   * - `jaeger_remote`, `parentbased_jaeger_remote`: `@opentelemetry/sampler-jaeger-remote`.
   * - `xray`: `@opentelemetry/sampler-aws-xray`, which is parent-based itself.
   */
  readonly name: SamplerName;
  /**
   * Share of traces to sample, for `traceidratio`, `probability`, `parentbased_` of them, `composite_probability` and
   * `composite_parent_threshold`. Default 1; 0 to 1, and for all but the first 0 or at least 2^-56.
   * Variable `OTEL_TRACES_SAMPLER_ARG`.
   */
  readonly ratio?: number;
  /**
   * Where a remote sampler asks: an `http:` or `https:` URL of at most 4096 characters, for Jaeger that of the sampling
   * service (default `http://localhost:5778`), for X-Ray that of the proxy (default `http://localhost:2000`).
   * Variable `OTEL_TRACES_SAMPLER_ARG`: `endpoint=http://localhost:5778,...`.
   */
  readonly endpoint?: string;
  /**
   * How often a remote sampler asks, in milliseconds. Default 60000 for Jaeger, 300000 for X-Ray; 1000 to 86400000, for
   * X-Ray from 10000. Variable `OTEL_TRACES_SAMPLER_ARG`: `pollingIntervalMs=60000`; X-Ray: `polling_interval=300`
   * (seconds).
   */
  readonly pollingIntervalMillis?: number;
  /**
   * Share of traces until Jaeger's first answer. Default 0.001 (as other languages have it); 0 to 1.
   * Variable `OTEL_TRACES_SAMPLER_ARG`: `initialSamplingRate=0.25`.
   */
  readonly initialSamplingRate?: number;
}

/** A sampler as OpenTelemetry JS defines it (Sampler of `offloop/sdk`), as far as the configuration looks at it. */
export interface SamplerObject {
  shouldSample(...parameters: never[]): unknown;
  toString(): string;
}

/** A resource detector as OpenTelemetry JS defines it. */
export interface ResourceDetectorObject {
  detect(config?: object): { attributes?: Record<string, unknown> };
}

/** An entity of the resource: something that is observed, by what identifies it. */
export interface EntityOptions {
  /** `service`, `host`, ...: a letter, then letters, digits and `._-`. */
  readonly type: string;
  /** Attributes that identify it, at least one. */
  readonly id: Readonly<Record<string, string>>;
  /** Further attributes; not those of `id`. */
  readonly description?: Readonly<Record<string, string>>;
  /** Of the conventions that its attributes follow. Default none. */
  readonly schemaUrl?: string;
}

export interface StartOptions {
  /**
   * `service.name` of the resource. Default: `service.name` among the resource attributes, else
   * `unknown_service:node`. Variable `OTEL_SERVICE_NAME`. Specification: Resource semantic conventions, Service.
   */
  readonly serviceName?: string;
  /**
   * Attributes of the resource, stronger than those of the variable. At most 256, keys of at most 1024 and values
   * of at most 16384 characters. Variable `OTEL_RESOURCE_ATTRIBUTES`: `key=value,key=value`, percent-encoded; any
   * error in it discards all of it. Specification: Resource SDK, Specifying resource information via an
   * environment variable.
   */
  readonly resourceAttributes?: Readonly<Record<string, string>>;
  /**
   * Entities of the resource, each type once: their attributes are among those of the resource, and OTLP tells which are whose
   * (`entity_refs`). They are stronger than what is detected; one whose attribute has another value in `resourceAttributes`,
   * `serviceName`, `resource` or their variables is left out, with a warning. At most 64; texts as in `resourceAttributes`. Default none.
   * Variable `OTEL_ENTITIES`: `type{key=value}[key=value]@schema;...`, percent-encoded; what is malformed is skipped with a warning.
   * Entities that are equal in both are merged, others of one type are those of code. Specification: Entities, Entity propagation;
   * Resource data model, Merging (Development).
   */
  readonly entities?: readonly EntityOptions[];
  /**
   * What is detected about the process and its surroundings: names, and detector objects written for OpenTelemetry JS,
   * whose attributes beat those of names. Default `['service', 'host', 'process']`: the instance's id; `host.*` and
   * `os.*`; `process.*`. Also `container`, if `@opentelemetry/resource-detector-container` is installed. At most 64.
   * Variable `OTEL_NODE_RESOURCE_DETECTORS`: names, `all` or `none`. Specification: Resource SDK, Resource detector name.
   */
  readonly resourceDetectors?: readonly (ResourceDetectorName | ResourceDetectorObject)[];
  /**
   * True: the process detector also tells the arguments of the command, which may hold secrets. Default false.
   * Variable `OFFLOOP_PROCESS_COMMAND_ARGS`. Specification: Process semantic conventions.
   */
  readonly processCommandArgs?: boolean;
  /**
   * True: nothing is recorded; propagators are installed all the same. Default false.
   * Variable `OTEL_SDK_DISABLED`.
   */
  readonly disabled?: boolean;
  /**
   * Where ended spans go: `otlp`, `otlp/stdout` (the worker writes lines of OTLP JSON to standard output: the protocol `file`,
   * whatever `exporter` says of protocol and URL), `zipkin` (deprecated: `@opentelemetry/exporter-zipkin`, which has to be
   * installed, on this thread), `console` (printed on this thread, for development), several of them, or `none`: then only
   * `spanProcessors` see them. With `otlp`, `otlp/stdout` has a ring and a worker of its own. Default `otlp`.
   * Variable `OTEL_TRACES_EXPORTER`: a list. Specification: Environment Variables, Exporter Selection.
   */
  readonly tracesExporter?: TracesExporterName | readonly TracesExporterName[];
  readonly exporter?: ExporterOptions;
  readonly zipkin?: ZipkinOptions;
  /**
   * True: metrics of offloop itself go to the global MeterProvider, which has to be registered before `start()` as the API has no
   * proxy for meters; one given as `meterProvider` is used without it. Default false.
   * Variable `OTEL_NODE_EXPERIMENTAL_SDK_METRICS`. Specification: semantic conventions, SDK metrics (Development).
   */
  readonly sdkMetrics?: boolean;
  /**
   * Export workers, each a thread with a lane of rings of its own; a trace always meets one of them.
   * Default 1; 0 to 16, 0 = the same pipeline is pumped on the calling thread. Variable `OFFLOOP_WORKERS`, a wrong
   * value of which stops `start()` too, and under `offloop/register` gives a warning and the default.
   */
  readonly workers?: number;
  /**
   * Bytes of one ring (one for each recording thread and worker). Default 4194304 (4 MiB); a power of two from
   * 65536 (64 KiB) to 268435456 (256 MiB). Beats `maxQueueSize`. Variable `OFFLOOP_RING_BYTES`.
   */
  readonly ringBytes?: number;
  /**
   * Bytes of one ring of any other thread of the application that records into the workers of this one (one for each
   * such thread and worker; memory that is not used yet costs address space only). Default 1048576 (1 MiB); a power
   * of two from 65536 (64 KiB) to 268435456 (256 MiB). Variable `OFFLOOP_THREAD_RING_BYTES`.
   */
  readonly threadRingBytes?: number;
  /**
   * The ring's size as a number of spans of 256 bytes, rounded up to a size which a ring can have. Default: see
   * `ringBytes`; 1 to 1048576. Variable `OTEL_BSP_MAX_QUEUE_SIZE`. Specification: Tracing SDK, Batching processor.
   */
  readonly maxQueueSize?: number;
  /**
   * Bytes for interned strings (names, attribute keys, values that repeat), per recording thread. Default 1048576
   * (1 MiB); 65536 to 67108864. Variable `OFFLOOP_ARENA_BYTES`.
   */
  readonly arenaBytes?: number;
  /**
   * Spans in one request at most. Default 2048 (docs/decisions/0014-batches-of-2048.md); 1 to 65536, and lowered, with
   * a warning, to what half of the ring holds. Variable `OTEL_BSP_MAX_EXPORT_BATCH_SIZE`. Specification: Tracing SDK, Batching processor.
   */
  readonly maxExportBatchSize?: number;
  /**
   * Encoded bytes in one request at most, before compression; a single larger span goes alone. Default 1048576
   * (1 MiB); 4096 to 62914560 (60 MiB), and not above `exporter.maxRequestBytes`.
   * Variable `OFFLOOP_MAX_EXPORT_BATCH_BYTES`.
   */
  readonly maxExportBatchBytes?: number;
  /**
   * Milliseconds after which a batch that is not full is sent, from its first span on. Default 5000; 0 to 3600000.
   * Variable `OTEL_BSP_SCHEDULE_DELAY`. Specification: Tracing SDK, Batching processor.
   */
  readonly scheduledDelayMillis?: number;
  /**
   * Milliseconds for the export of one batch. Default 30000; 0 to 2147483647, 0 = unlimited (24.8 days). The smaller
   * one of this and `exporter.timeoutMillis` counts. Variable `OTEL_BSP_EXPORT_TIMEOUT`.
   */
  readonly exportTimeoutMillis?: number;
  /** A built-in sampler by name, or any Sampler object written for OpenTelemetry JS 3.x. */
  readonly sampler?: SamplerOptions | SamplerObject;
  /**
   * Propagators to install, in this order. Default `['tracecontext', 'baggage']`; `['none']` or `[]` installs none.
   * `xray` and `ottrace` need `@opentelemetry/propagator-aws-xray` and `@opentelemetry/propagator-ot-trace`.
   * Variable `OTEL_PROPAGATORS`. Specification: Propagators API, Global propagators.
   */
  readonly propagators?: readonly PropagatorName[];
  /**
   * Limits of what one span takes: counts 0 to 65536 (default 128), `attributeValueLengthLimit` 0 to 4294967295
   * (default none: 1073741823 is longer than any string), `attributeDepthLimit` 1 to 64 (default 64).
   * Variables `OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT`, `OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT` and, where these are not
   * set, `OTEL_ATTRIBUTE_COUNT_LIMIT`, `OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT`; `OTEL_SPAN_EVENT_COUNT_LIMIT`,
   * `OTEL_SPAN_LINK_COUNT_LIMIT`, `OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT`, `OTEL_LINK_ATTRIBUTE_COUNT_LIMIT`.
   * Specification: Tracing SDK, Span Limits; Common, Attribute Limits.
   */
  readonly spanLimits?: Partial<SpanLimits>;
  /**
   * Roots carry the trace flag that says that their trace id is random; a child keeps its parent's. Default true: other
   * services may sample by it; false with a `sampler` that is an object of somebody else's class: some (Sentry's) take a parent
   * for sampled only if its flags are exactly 1. Variable `OFFLOOP_TRACE_RANDOM_FLAG`. W3C Trace Context Level 2, Random Trace ID Flag;
   * specification: Tracing SDK, Sampling Requirements.
   */
  readonly randomFlag?: boolean;
  /**
   * Which spans of `traced` and its like are made, by level and target: `info,shop.cart=debug,db=off`. Levels are `trace`,
   * `debug`, `info`, `warn`, `error`, `off`; of a target's prefixes the longest one counts. Default `info`; at most 256
   * directives, targets of at most 256 characters. `setLevel()` changes it later. Variable `OFFLOOP_LEVEL`.
   */
  readonly level?: string;
  /**
   * Longest nap of a worker between two looks at its rings, in milliseconds. Default 25; 1 to 1000.
   * Variable `OFFLOOP_DRAIN_INTERVAL`.
   */
  readonly drainIntervalMillis?: number;
  /**
   * From how many dropped spans on it is said that a ring is full, and later that it has room again. Default 1 (at once);
   * 0 to 2147483647, 0 = never. `stats()` counts all of them. Variable `OFFLOOP_DROP_WARNING_THRESHOLD`.
   * Specification: Performance and Blocking of OpenTelemetry API.
   */
  readonly dropWarningThreshold?: number;
  /**
   * Milliseconds which the end of the process may wait for what is still in the rings. Default 2000; 0 to 60000,
   * 0 = do not wait. Variable `OFFLOOP_EXIT_TIMEOUT`.
   */
  readonly exitTimeoutMillis?: number;
  /**
   * Milliseconds which `shutdown()` takes at most when it is not told. Default 10000; 0 to 2147483647,
   * 0 = unlimited (24.8 days). Variable `OFFLOOP_SHUTDOWN_TIMEOUT`.
   */
  readonly shutdownTimeoutMillis?: number;
}
