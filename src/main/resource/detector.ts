// What a resource detector is, and how a process runs several: the types of OTel JS 3.x with a schema URL added.
// Thread: main. Callers: everything in this folder, users through `offloop/sdk`.
// Specification: Resource SDK, "Detecting resource information from the environment".

import type { AnyValue } from '@opentelemetry/api';
import type { EntityConfig } from '../../shared/config/resolved-config.js';

/** A value, or the promise of one; what is no string, number, boolean or array of these is left out. */
export type DetectedValue = AnyValue | undefined | Promise<AnyValue | undefined>;

/** Something that is observed, by what identifies it; values are texts. */
export type ResourceEntity = EntityConfig;

export interface DetectedResource {
  attributes?: Record<string, DetectedValue>;
  /** Of the semantic conventions that the attributes follow. */
  schemaUrl?: string;
  /** Whose attributes are among `attributes`. Specification: Entities (Development). */
  entities?: readonly ResourceEntity[];
}

export interface ResourceDetector {
  detect(config?: object): DetectedResource;
}

/** The semantic conventions whose names the detectors in this folder use. */
export const SEMCONV_SCHEMA_URL = 'https://opentelemetry.io/schemas/1.44.0';
