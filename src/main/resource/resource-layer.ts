// One source of resource attributes: a detector's, or a Resource that somebody handed over. Thread: main. Caller:
// process-resource.ts. Detectors, getters and promises of others may throw, reject or never settle: it is reported, and
// what else is known counts.

import type { AnyValue } from '../../shared/codec/any-value.js';
import type { EntityConfig } from '../../shared/config/resolved-config.js';
import { RESOURCE_ATTRIBUTE_COUNT_MAX, RESOURCE_KEY_LENGTH_MAX } from '../../shared/limits.js';
import { causeOf, report } from '../lifecycle/diagnostics.js';
import type { NamedDetector } from './detector-registry.js';
import { foreignEntities } from './resource-entities.js';
import { resourceValue } from './resource-value.js';

/** A Resource of @opentelemetry/resources, as far as it is looked at. */
export interface ResourceLike {
  readonly attributes: object;
  readonly schemaUrl?: string | undefined;
  readonly entities?: unknown;
  getRawAttributes?(): unknown;
}

export class ResourceLayer {
  readonly attributes = new Map<string, AnyValue>();
  readonly schemaUrl: string;
  /** Whose attributes are among those of the layer. */
  entities: readonly EntityConfig[] = [];
  /** What comes later; each settles by itself, and never rejects. */
  readonly pending: Promise<void>[] = [];
  readonly #source: string;
  #closed = false;

  constructor(source: string, entries: readonly (readonly [unknown, unknown])[], schemaUrl: unknown) {
    this.#source = source;
    this.schemaUrl = typeof schemaUrl === 'string' ? schemaUrl : '';
    for (const [key, value] of entries) {
      if (this.attributes.size + this.pending.length >= RESOURCE_ATTRIBUTE_COUNT_MAX) {
        this.#refuse(`has more than ${RESOURCE_ATTRIBUTE_COUNT_MAX} attributes`);
        break;
      }
      try {
        this.#add(key, value);
      } catch (error) {
        this.#refuse(`has an attribute that throws: ${causeOf(error)}`);
      }
    }
  }

  static ofDetector({ name, detector }: NamedDetector): ResourceLayer {
    const source = `the resource detector ${name}`;
    try {
      const { attributes, schemaUrl, entities } = detector.detect() ?? {};
      return new ResourceLayer(source, Object.entries(attributes ?? {}), schemaUrl).with(entities);
    } catch (error) {
      report('warn', source, `${source} failed: ${causeOf(error)}`);
      return new ResourceLayer(source, [], undefined);
    }
  }

  /** Its raw attributes may have promises, and the first one of equal keys counts. */
  static ofResource(resource: ResourceLike): ResourceLayer {
    const source = 'the resource in the options';
    try {
      const raw = resource.getRawAttributes?.();
      const entries = Array.isArray(raw)
        ? [...new Map<unknown, unknown>(raw.toReversed())]
        : Object.entries(resource.attributes ?? {});
      return new ResourceLayer(source, entries, resource.schemaUrl).with(resource.entities);
    } catch (error) {
      report('warn', source, `${source} failed: ${causeOf(error)}`);
      return new ResourceLayer(source, [], undefined);
    }
  }

  /** With those of the entities whose attributes are there already. */
  with(entities: unknown): this {
    this.entities = foreignEntities(entities, (key) => this.attributes.has(key));
    return this;
  }

  /** What comes after this is ignored. */
  close(): void {
    this.#closed = true;
  }

  #add(key: unknown, value: unknown): void {
    // Nothing detected is no error.
    if (value === undefined || value === null) return;
    if (typeof key !== 'string' || key === '' || key.length > RESOURCE_KEY_LENGTH_MAX) {
      this.#refuse('has an attribute whose key is empty, too long or no text');
      return;
    }
    if (typeof (value as PromiseLike<unknown>).then === 'function') {
      this.pending.push(this.#addLater(key, value as PromiseLike<unknown>));
      return;
    }
    const copy = resourceValue(value);
    if (copy === undefined) this.#refuse(`has no usable value for ${key}`);
    else this.attributes.set(key, copy);
  }

  async #addLater(key: string, promise: PromiseLike<unknown>): Promise<void> {
    try {
      const value = await promise;
      if (!this.#closed) this.#add(key, value);
    } catch (error) {
      this.#refuse(`could not detect ${key}: ${causeOf(error)}`);
    }
  }

  #refuse(problem: string): void {
    report('warn', this.#source, `${this.#source} ${problem}`);
  }
}
