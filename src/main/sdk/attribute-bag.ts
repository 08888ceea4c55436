// The attributes of one SdkSpan, event or link: a plain object, as processors and exporters of others read it, with the
// limits kept. Thread: producer. Callers: span.ts, span-link.ts, scope.ts, tracer.ts, start-input.ts.
// The counterpart of trace/attributes/attribute-set.ts, which keeps the same rules for spans that go straight to the ring.
// Specification: Common, "Attribute"; "Attribute Limits".

import type { Attributes } from '@opentelemetry/api';
import { type AnyValue, ArrayValue, MapValue } from '../../shared/codec/any-value.js';
import { copyValue, truncate, type ValueLimits } from '../trace/attributes/attribute-value.js';
import type { InputProblems } from './input-problems.js';

const hasOwn = Object.prototype.hasOwnProperty;

export class AttributeBag {
  readonly attributes: Attributes = {};
  /** Past the limit, or without an OTLP form: what was given and is not there. */
  dropped = 0;
  /** The span has ended, perhaps inside a getter of the value that is being set. */
  closed = false;
  #count = 0;
  readonly #countLimit: number;
  readonly #limits: ValueLimits;
  readonly #problems: InputProblems;

  constructor(countLimit: number, limits: ValueLimits, problems: InputProblems) {
    this.#countLimit = countLimit;
    this.#limits = limits;
    this.#problems = problems;
  }

  set(key: unknown, value: unknown): void {
    // Instrumentations set undefined for "not there": that is no mistake.
    if (value === undefined) return;
    if (typeof key !== 'string' || key === '') {
      this.dropped++;
      this.#problems.attribute();
      return;
    }
    const isNew = !hasOwn.call(this.attributes, key);
    if (isPlain(value, this.#limits.attributeValueLengthLimit)) {
      // The usual case: nothing runs meanwhile that could end the span or set the same key.
      if (!isNew || this.#count < this.#countLimit) {
        if (this.closed) return;
        if (isNew) this.#count++;
        put(this.attributes, key, value);
      } else {
        this.dropped++;
      }
      return;
    }
    // Before the copy: past the limit, a million large values cost nothing.
    if (isNew && this.#count >= this.#countLimit) {
      this.dropped++;
      return;
    }
    const copy = this.#copy(value);
    if (copy === undefined) {
      this.dropped++;
      this.#problems.attribute();
      return;
    }
    if (this.closed) return;
    // A getter inside the value may have set attributes of this very span meanwhile.
    if (!hasOwn.call(this.attributes, key)) this.#count++;
    put(this.attributes, key, copy);
  }

  /** All own enumerable properties of whatever was passed as attributes. */
  setAll(attributes: unknown): void {
    if (typeof attributes !== 'object' || attributes === null) return;
    try {
      for (const key of Object.keys(attributes)) this.#setReadable(attributes, key);
    } catch {
      this.dropped++;
      this.#problems.attribute();
    }
  }

  #setReadable(attributes: object, key: string): void {
    let value: unknown;
    try {
      value = (attributes as Record<string, unknown>)[key];
    } catch {
      // A getter threw: the others are taken all the same.
      this.dropped++;
      this.#problems.attribute();
      return;
    }
    this.set(key, value);
  }

  #copy(value: unknown): unknown {
    if (typeof value === 'string') return truncate(value, this.#limits.attributeValueLengthLimit);
    const copy = copyValue(value, {
      limits: this.#limits,
      countTruncatedValue: () => this.#problems.countTruncatedValue(),
      countFormlessPart: () => this.#problems.countFormlessPart(),
    });
    return copy === undefined ? undefined : plainValue(copy);
  }
}

/** It is taken as it is. */
function isPlain(value: unknown, lengthLimit: number): boolean {
  if (typeof value === 'string') return value.length <= lengthLimit;
  return typeof value === 'number' || typeof value === 'boolean';
}

/** Arrays, objects and bytes as everybody knows them; whole numbers that a double holds are numbers. */
export function plainValue(value: AnyValue): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  if (value instanceof ArrayValue) return value.items.map(plainValue);
  if (value instanceof MapValue) {
    const map: Record<string, unknown> = {};
    for (let i = 0; i < value.keys.length; i++) put(map, value.keys[i], plainValue(value.values[i]));
    return map;
  }
  return value;
}

/** Assigning to `__proto__` would change the object's prototype instead. */
export function put(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') {
    Object.defineProperty(target, key, { value, configurable: true, enumerable: true, writable: true });
  } else {
    target[key] = value;
  }
}
