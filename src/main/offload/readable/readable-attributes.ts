// HOT. The attributes object of a readable span, event or link, as the encoder takes it. Thread: producer.
// Caller: readable-span-source.ts, which fills one instance again and again for spans.
//
// The counterpart of trace/attributes/attribute-set.ts for attributes that are complete: keys are unique, so no duplicate is
// searched, and whoever made the span has applied its limits. Values are checked and copied all the same: the object
// may be anybody's.

import { type AnyValue, valueBytesMax } from '../../../shared/codec/any-value.js';
import type { AttributeList } from '../../../shared/codec/span-source.js';
import { COUNT_LIMIT_MAX, LARGE_RECORD_BYTES_MAX } from '../../../shared/limits.js';
import type { Recording } from '../../record/recording.js';
import type { AttributeShape } from '../../trace/attributes/attribute-shape.js';
import { copyValue } from '../../trace/attributes/attribute-value.js';

/** Type word, and an i64, a f64, or the length and the padding of a string. */
const PRIMITIVE_BYTES_MAX = 12;
/** No record takes more. */
const BYTES_MAX = 3 * LARGE_RECORD_BYTES_MAX;
/** A row of values that grew past this is left to the garbage collector. */
const VALUES_KEPT_MAX = 64;

const hasOwn = Object.prototype.hasOwnProperty;

export class ReadableAttributes implements AttributeList {
  count = 0;
  bytesMax = 0;
  /** Attributes past the bounds of any record. */
  dropped = 0;
  values: AnyValue[] = [];
  #shape: AttributeShape;

  constructor(recording: Recording) {
    this.#shape = recording.rootShape;
  }

  get keys(): readonly string[] {
    return this.#shape.keys;
  }

  get ids(): readonly number[] {
    return this.#shape.ids;
  }

  /** Into a list without attributes: a new one, or a cleared one. */
  fill(attributes: unknown, recording: Recording): void {
    if (typeof attributes !== 'object' || attributes === null) return;
    try {
      for (const key in attributes) {
        if (hasOwn.call(attributes, key)) {
          this.#add(key, (attributes as Record<string, unknown>)[key], recording);
        }
      }
    } catch {
      this.clear(recording);
      this.#fillReadable(attributes, recording);
    }
  }

  /** Holds on to none of the values. */
  clear(recording: Recording): void {
    const { values, count } = this;
    if (values.length > VALUES_KEPT_MAX) this.values = [];
    else for (let i = 0; i < count; i++) values[i] = null;
    this.#shape = recording.rootShape;
    this.count = 0;
    this.bytesMax = 0;
    this.dropped = 0;
  }

  /** A getter or a proxy threw: one by one, and each failure counted. */
  #fillReadable(attributes: object, recording: Recording): void {
    let keys: string[] = [];
    try {
      keys = Object.keys(attributes);
    } catch {
      recording.countInvalidAttribute();
    }
    for (const key of keys) {
      try {
        this.#add(key, (attributes as Record<string, unknown>)[key], recording);
      } catch {
        recording.countInvalidAttribute();
      }
    }
  }

  #add(key: string, value: unknown, recording: Recording): void {
    if (this.count >= COUNT_LIMIT_MAX || this.bytesMax > BYTES_MAX) {
      this.dropped++;
      return;
    }
    if (typeof value === 'string') {
      if (value.length <= recording.valueLengthLimit) {
        this.#append(key, value, PRIMITIVE_BYTES_MAX + 3 * value.length, recording);
        return;
      }
    } else if (typeof value === 'number' || typeof value === 'boolean') {
      this.#append(key, value, PRIMITIVE_BYTES_MAX, recording);
      return;
    }
    if (value === undefined) return;
    const copy = copyValue(value, recording);
    if (copy === undefined) recording.countInvalidAttribute();
    else this.#append(key, copy, valueBytesMax(copy), recording);
  }

  #append(key: string, value: AnyValue, bytesMax: number, recording: Recording): void {
    if (key === '') {
      recording.countInvalidAttribute();
      return;
    }
    const next = this.#shape.lastChild;
    const shape = next !== undefined && next.key === key ? next : recording.childShape(this.#shape, key);
    this.#shape = shape;
    this.values[this.count++] = value;
    this.bytesMax += shape.bytesMax + bytesMax;
  }
}
