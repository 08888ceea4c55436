// The model of a configuration file: what the official schema (opentelemetry-configuration 1.x) says, under its names, as far
// as offloop has the parts. Thread: main, at start. Callers: parse.ts makes it, create*.ts read it.
// Missing is undefined; present without a value is null.

import type { Place } from './config-file-error.js';

export type ComponentType =
  | 'span_processor'
  | 'span_exporter'
  | 'sampler'
  | 'composable_sampler'
  | 'id_generator'
  | 'propagator'
  | 'resource_detector';

/** One part chosen by its name, built in or a plug-in. */
export interface Component<T = unknown> {
  readonly type: ComponentType;
  readonly name: string;
  readonly properties: T;
  readonly place: Place;
}

type Maybe<T> = T | null | undefined;

export interface AttributeLimitsModel {
  readonly attribute_value_length_limit?: Maybe<number>;
  readonly attribute_value_depth_limit?: Maybe<number>;
  readonly attribute_count_limit?: Maybe<number>;
}

export interface SpanLimitsModel extends AttributeLimitsModel {
  readonly event_count_limit?: Maybe<number>;
  readonly link_count_limit?: Maybe<number>;
  readonly event_attribute_count_limit?: Maybe<number>;
  readonly link_attribute_count_limit?: Maybe<number>;
}

export interface TlsModel {
  readonly ca_file?: Maybe<string>;
  readonly key_file?: Maybe<string>;
  readonly cert_file?: Maybe<string>;
  readonly insecure?: Maybe<boolean>;
}

export interface OtlpExporterModel {
  readonly endpoint?: Maybe<string>;
  readonly tls?: Maybe<TlsModel>;
  readonly headers?: readonly { readonly name: string; readonly value: string | null }[];
  readonly headers_list?: Maybe<string>;
  readonly compression?: Maybe<string>;
  readonly max_request_size?: Maybe<number>;
  readonly max_response_size?: Maybe<number>;
  readonly timeout?: Maybe<number>;
  readonly encoding?: Maybe<'protobuf' | 'json'>;
}

export interface OtlpFileExporterModel {
  readonly output_stream?: Maybe<string>;
}

export interface BatchProcessorModel {
  readonly schedule_delay?: Maybe<number>;
  readonly export_timeout?: Maybe<number>;
  readonly max_queue_size?: Maybe<number>;
  readonly max_export_batch_size?: Maybe<number>;
  readonly exporter: Component;
}

export interface SimpleProcessorModel {
  readonly exporter: Component;
}

export interface ParentBasedModel {
  readonly root?: Component;
  readonly remote_parent_sampled?: Component;
  readonly remote_parent_not_sampled?: Component;
  readonly local_parent_sampled?: Component;
  readonly local_parent_not_sampled?: Component;
}

export interface SamplingRuleModel {
  readonly attribute_values?: { readonly key: string; readonly values: readonly string[] };
  readonly attribute_patterns?: {
    readonly key: string;
    readonly included?: readonly string[];
    readonly excluded?: readonly string[];
  };
  readonly span_kinds?: readonly string[];
  readonly parent?: readonly ('none' | 'remote' | 'local')[];
  readonly sampler: Component;
}

export interface SamplingRulesModel {
  readonly rules?: readonly SamplingRuleModel[];
}

export interface JaegerRemoteModel {
  readonly endpoint: string;
  readonly interval?: Maybe<number>;
  readonly initial_sampler: Component;
}

export interface TracerConfigModel {
  readonly enabled?: boolean;
}

export interface TracerConfiguratorModel {
  readonly default_config?: TracerConfigModel;
  readonly tracers?: readonly { readonly name: string; readonly config: TracerConfigModel }[];
}

export interface TracerProviderModel {
  readonly processors: readonly Component[];
  readonly limits?: SpanLimitsModel;
  readonly sampler?: Component;
  readonly id_generator?: Component;
  readonly 'tracer_configurator/development'?: TracerConfiguratorModel;
}

export interface AttributeModel {
  readonly name: string;
  readonly value: unknown;
  readonly type?: Maybe<string>;
}

export interface ResourceModel {
  readonly attributes?: readonly AttributeModel[];
  readonly attributes_list?: Maybe<string>;
  readonly schema_url?: Maybe<string>;
  readonly 'detection/development'?: {
    readonly attributes?: { readonly included?: readonly string[]; readonly excluded?: readonly string[] };
    readonly detectors?: readonly Component[];
  };
}

/** `distribution.offloop`: what only offloop has. The names are those of the variables without OFFLOOP_. */
export interface OffloopModel {
  readonly workers?: Maybe<number>;
  readonly ring_bytes?: Maybe<number>;
  readonly thread_ring_bytes?: Maybe<number>;
  readonly arena_bytes?: Maybe<number>;
  readonly max_export_batch_bytes?: Maybe<number>;
  readonly concurrent_exports?: Maybe<number>;
  readonly drain_interval?: Maybe<number>;
  readonly drop_warning_threshold?: Maybe<number>;
  readonly exit_timeout?: Maybe<number>;
  readonly shutdown_timeout?: Maybe<number>;
  readonly trace_random_flag?: Maybe<boolean>;
  readonly level?: Maybe<string>;
}

export interface ConfigurationModel {
  readonly file_format: string;
  readonly disabled?: Maybe<boolean>;
  readonly log_level?: Maybe<string>;
  readonly attribute_limits?: AttributeLimitsModel;
  readonly resource?: ResourceModel;
  readonly propagator?: {
    readonly composite?: readonly Component[];
    readonly composite_list?: Maybe<string>;
  };
  readonly tracer_provider?: TracerProviderModel;
  readonly distribution?: { readonly offloop?: OffloopModel };
}
