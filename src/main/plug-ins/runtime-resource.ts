// The resource of what start() records, as processors and exporters of the application read it: OTel JS's Resource over the
// attributes that the workers get too. Thread: producer. Caller: runtime-tracer-provider.ts.
// @opentelemetry/resources is loaded when somebody merges it with another one.

import type { Attributes } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { AnyValue } from '../../shared/codec/any-value.js';
import type { EntityConfig } from '../../shared/config/resolved-config.js';
import { requireFromPackage } from '../package/installed-package.js';
import { attributesOfEntity } from '../resource/resource-entities.js';
import { plainValue } from '../sdk/attribute-bag.js';

type ResourcesPackage = typeof import('@opentelemetry/resources');

/** resource/process-resource.ts is one. */
export interface ResourceView {
  /** Changes when attributes do. */
  readonly version: number;
  /** Resolves when nothing will change any more; undefined if that is so already. */
  readonly settled: Promise<void> | undefined;
  readonly attributes: ReadonlyMap<string, AnyValue>;
  readonly schemaUrl: string;
  readonly entities: readonly EntityConfig[];
}

export class RuntimeResource implements Resource {
  readonly #view: ResourceView;
  #attributes: Attributes = {};
  #attributesVersion = -1;

  constructor(view: ResourceView) {
    this.#view = view;
  }

  get asyncAttributesPending(): boolean {
    return this.#view.settled !== undefined;
  }

  /** Empty = none. */
  get schemaUrl(): string {
    return this.#view.schemaUrl;
  }

  get attributes(): Attributes {
    const { version } = this.#view;
    if (version !== this.#attributesVersion) {
      this.#attributesVersion = version;
      this.#attributes = {};
      for (const [key, value] of this.#view.attributes) this.#attributes[key] = plainValue(value);
    }
    return this.#attributes;
  }

  /** Specification: Resource SDK, "Retrieve entities" (Development). */
  get entities(): readonly EntityConfig[] {
    return this.#view.entities;
  }

  /** Those that belong to no entity. Specification: Resource SDK, "Retrieve unassociated attributes" (Development). */
  get unassociatedAttributes(): Attributes {
    const associated = new Set(this.entities.flatMap(attributesOfEntity).map(([key]) => key));
    return Object.fromEntries(Object.entries(this.attributes).filter(([key]) => !associated.has(key)));
  }

  async waitForAsyncAttributes(): Promise<void> {
    await this.#view.settled;
  }

  getRawAttributes(): ReturnType<Resource['getRawAttributes']> {
    return Object.entries(this.attributes) as ReturnType<Resource['getRawAttributes']>;
  }

  merge(other: Resource | null): Resource {
    if (other === null || other === undefined) return this;
    const { resourceFromAttributes } = requireFromPackage('@opentelemetry/resources') as ResourcesPackage;
    const { schemaUrl } = this;
    const attributes = this.attributes as Parameters<typeof resourceFromAttributes>[0];
    return resourceFromAttributes(attributes, schemaUrl === '' ? {} : { schemaUrl }).merge(other);
  }
}
