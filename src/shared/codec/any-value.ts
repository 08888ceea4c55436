// The value model between the API and the encoder: a copy of what user code passed in, checked and bounded.
// Strings, booleans, numbers, bigints inside int64, bytes and null stand for themselves; arrays and maps are
// instances of these two classes, so that the encoder never touches an object that user code still holds.

export type AnyValue =
  | string
  | boolean
  | number
  | bigint
  | Uint8Array
  | null
  | ArrayValue
  | MapValue
  | DoubleValue;

/** A number that is a double on the wire, also where it is whole: what templates declare. */
export class DoubleValue {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

export class ArrayValue {
  readonly items: readonly AnyValue[];

  constructor(items: readonly AnyValue[]) {
    this.items = items;
  }
}

export class MapValue {
  readonly keys: readonly string[];
  readonly values: readonly AnyValue[];

  constructor(keys: readonly string[], values: readonly AnyValue[]) {
    this.keys = keys;
    this.values = values;
  }
}

/** Bytes which a string takes in a record at the most: length word, UTF-8 (3 bytes a UTF-16 unit), padding. */
export function stringBytesMax(length: number): number {
  return 4 + 3 * length + 3;
}

/** Bytes which a value takes in a record at the most, its type word included. */
export function valueBytesMax(value: AnyValue): number {
  if (typeof value === 'string') return 4 + stringBytesMax(value.length);
  if (typeof value !== 'object' || value === null) return 12;
  if (value instanceof Uint8Array) return 8 + value.length + 3;
  if (value instanceof ArrayValue) {
    let bytes = 8;
    for (const item of value.items) bytes += valueBytesMax(item);
    return bytes;
  }
  if (value instanceof DoubleValue) return 12;
  let bytes = 8;
  for (let i = 0; i < value.keys.length; i++) {
    bytes += stringBytesMax(value.keys[i].length) + valueBytesMax(value.values[i]);
  }
  return bytes;
}
