// The resource of what `start()` records: defaults, detectors, variables, code, each stronger than the one before.
// Thread: main. Caller: runtime.ts.
// Specification: Resource SDK (merge, schema URLs, detectors); Configuration, OTEL_RESOURCE_ATTRIBUTES.
//
// It is there at once, with all that is known at once (on Linux everything of the default detectors, for 1 to 2
// ms of CPU). What is promised for later is waited for, bounded, and then changes the resource once: `version` 2. The
// workers hold their first batch back as long (shared/control.ts, resourceWaitMillis); recording waits for nothing.

import type { AnyValue } from '../../shared/codec/any-value.js';
import { encodeResourceBlob } from '../../shared/codec/blobs.js';
import { mergeEntities, withoutAttributeConflicts } from '../../shared/config/entity-conflicts.js';
import type { EntityConfig, ResolvedConfig } from '../../shared/config/resolved-config.js';
import { isDetectorObject } from '../../shared/config/resource-detector-config.js';
import { RESOURCE_WAIT_MILLIS } from '../../shared/limits.js';
import { report } from '../lifecycle/diagnostics.js';
import { utf8WriteFor } from '../lifecycle/producer-thread.js';
import { defaultAttributes } from './default-attributes.js';
import type { ResourceDetector } from './detector.js';
import { namedDetectors } from './detector-registry.js';
import {
  attributesOfEntity,
  entityRefsOf,
  schemaUrlOfEntities,
  withoutContradicted,
} from './resource-entities.js';
import { ResourceLayer, type ResourceLike } from './resource-layer.js';

export interface ProcessResourceParts {
  /** Detector objects of the application, after those with names. */
  readonly detectors?: readonly ResourceDetector[];
  /** Stronger than detectors and variables, weaker than `serviceName` and `resourceAttributes` in code. */
  readonly resource?: ResourceLike | undefined;
  readonly waitMillis?: number;
}

/** `detectors` as in the options: those that are names are in `config` already. */
export function createProcessResource(
  config: Config,
  detectors: readonly unknown[] | undefined,
  resource: ResourceLike | undefined,
): ProcessResource {
  const objects = (detectors ?? []).filter((entry) => isDetectorObject(entry)) as ResourceDetector[];
  return new ProcessResource(config, { detectors: objects, resource });
}

type Config = Pick<
  ResolvedConfig,
  'resourceAttributes' | 'resourceAttributesOfCode' | 'resourceDetectors' | 'processCommandArgs' | 'entities'
>;

export class ProcessResource {
  /** Ascending in strength. Entities are between the two. */
  readonly #weakLayers: readonly ResourceLayer[];
  readonly #strongLayers: readonly ResourceLayer[];
  readonly #entities: readonly EntityConfig[];
  readonly #settled: Promise<void> | undefined;
  #version = 1;
  #isPending: boolean;

  constructor(config: Config, parts: ProcessResourceParts = {}) {
    const named = namedDetectors(config.resourceDetectors, config.processCommandArgs);
    const given = (parts.detectors ?? []).map((detector, i) => ({ name: nameOf(detector, i), detector }));
    this.#weakLayers = [
      new ResourceLayer('the default resource', Object.entries(defaultAttributes()), ''),
      ...[...named, ...given].map((detector) => ResourceLayer.ofDetector(detector)),
    ];
    this.#strongLayers = [
      new ResourceLayer('the configuration', Object.entries(config.resourceAttributes), ''),
      ...(parts.resource === undefined ? [] : [ResourceLayer.ofResource(parts.resource)]),
      new ResourceLayer('the configuration', Object.entries(config.resourceAttributesOfCode), ''),
    ];
    // Of sources of others there are seldom any: what is configured comes last, and is the strongest.
    this.#entities = [...this.#layers.map((layer) => layer.entities), config.entities].reduce(joined);
    const pending = this.#layers.flatMap((layer) => layer.pending);
    this.#isPending = pending.length > 0;
    if (this.#isPending) this.#settled = this.#settle(pending, parts.waitMillis ?? RESOURCE_WAIT_MILLIS);
  }

  /** 1, and 2 after late attributes have come. */
  get version(): number {
    return this.#version;
  }

  /** Resolves when the resource will not change any more; undefined if that is so already. */
  get settled(): Promise<void> | undefined {
    return this.#isPending ? this.#settled : undefined;
  }

  get attributes(): Map<string, AnyValue> {
    return new Map([
      ...attributesOf(this.#weakLayers),
      ...this.entities.flatMap(attributesOfEntity),
      ...attributesOf(this.#strongLayers),
    ]);
  }

  /** Those that stronger attributes do not contradict. */
  get entities(): readonly EntityConfig[] {
    if (this.#entities.length === 0) return this.#entities;
    return withoutContradicted(this.#entities, attributesOf(this.#strongLayers));
  }

  /** Empty if the sources disagree: then the attributes follow no one schema. */
  get schemaUrl(): string {
    return schemaUrlOfEntities(this.entities) ?? this.#schemaUrlOfLayers;
  }

  get #layers(): readonly ResourceLayer[] {
    return [...this.#weakLayers, ...this.#strongLayers];
  }

  get #schemaUrlOfLayers(): string {
    const urls = new Set(this.#layers.map((layer) => layer.schemaUrl).filter((url) => url !== ''));
    if (urls.size <= 1) return [...urls][0] ?? '';
    report(
      'error',
      'resource schema',
      `resource schema URLs differ (${[...urls].join(', ')}): none is sent; use detectors of one version`,
    );
    return '';
  }

  blob(): Uint8Array {
    const { schemaUrl, attributes, entities } = this;
    const fields = { schemaUrl, attributes: [...attributes], entities: entityRefsOf(entities) };
    return encodeResourceBlob(fields, utf8WriteFor);
  }

  async #settle(pending: readonly Promise<void>[], waitMillis: number): Promise<void> {
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(() => {
      report(
        'warn',
        'resource detection',
        `resource attributes were not detected within ${waitMillis} ms, and are left out`,
      );
      late.resolve();
    }, waitMillis);
    timer.unref();
    await Promise.race([Promise.all(pending), late.promise]);
    clearTimeout(timer);
    for (const layer of this.#layers) layer.close();
    this.#version++;
    this.#isPending = false;
  }
}

function joined(weak: readonly EntityConfig[], strong: readonly EntityConfig[]): readonly EntityConfig[] {
  if (weak.length === 0) return strong;
  return withoutAttributeConflicts(mergeEntities(weak, strong), (problem) =>
    report('warn', 'entities', `the resource ${problem}`),
  );
}

function attributesOf(layers: readonly ResourceLayer[]): [string, AnyValue][] {
  return layers.flatMap((layer) => [...layer.attributes]);
}

/** Each has a name of its own, or the failure of one would stand for that of the next (diagnostics.ts). */
function nameOf(detector: ResourceDetector, index: number): string {
  try {
    return `number ${index + 1} (${String(detector.constructor.name)})`;
  } catch {
    return `number ${index + 1}`;
  }
}
