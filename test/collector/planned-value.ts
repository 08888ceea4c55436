// Test tooling. Attribute values of every kind that the API accepts, drawn from a seeded generator.
// Caller: span-plan.ts.

import type { SeededRandom } from './seeded-random.ts';

export type PlannedValue =
  | string
  | number
  | boolean
  | null
  | Uint8Array
  | PlannedValue[]
  | { [key: string]: PlannedValue };

const STRINGS = [
  '',
  'GET',
  'postgresql',
  '/orders/{id}',
  'nul\u0000 tab\t newline\n quote" backslash\\ </script>',
  'Grüße, 世界, привет, שלום',
  '👩‍👩‍👧‍👦 e\u0301 \u{10FFFF}',
  'lone high \uD800 in the middle',
  'lone low \uDC00',
  '\uDFFF\uD83D',
  'x'.repeat(127),
  'ü'.repeat(64),
  '\u2028\u2029\uFEFF',
];

const INTEGERS = [
  0,
  -0,
  1,
  -1,
  127,
  128,
  -128,
  2 ** 31 - 1,
  2 ** 31,
  -(2 ** 31),
  -(2 ** 31) - 1,
  2 ** 32,
  2 ** 32 + 1,
  -(2 ** 32),
  Number.MAX_SAFE_INTEGER,
  Number.MIN_SAFE_INTEGER,
  2 ** 60,
  -(2 ** 63),
];

const DOUBLES = [
  0.1,
  -0.5,
  1 / 3,
  Math.PI,
  5e-324,
  -2.2250738585072014e-308,
  123456789.12345679,
  1.7e-7,
  4503599627370495.5,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
];

/** Keys of nested maps; the last ones are names that plain objects inherit. */
const MAP_KEYS = ['a', 'b.c', 'ключ', '42', 'a longer key with blanks', 'constructor', 'toString'];

const NESTING_MAX = 4;

/** How many kinds `plannedValue` knows; each index below it draws one kind. */
export const VALUE_KIND_COUNT = 9;

export function plannedValue(random: SeededRandom, kind: number, depth = 1): PlannedValue {
  switch (kind) {
    case 0:
      return random.pick(STRINGS);
    case 1:
      return `value ${random.uint32().toString(36)}`;
    case 2:
      return random.chance(2);
    case 3:
      return random.chance(3) ? random.below(1000) : random.pick(INTEGERS);
    case 4:
      return random.chance(3) ? random.uint32() / 1024 + 1 / 4096 : random.pick(DOUBLES);
    case 5:
      return plannedBytes(random);
    case 6:
      return plannedArray(random, depth);
    case 7:
      return plannedMap(random, depth);
    default:
      return null;
  }
}

function plannedBytes(random: SeededRandom): Uint8Array {
  const bytes = new Uint8Array(random.pick([0, 1, 2, 3, 4, 15, 33]));
  for (let i = 0; i < bytes.length; i++) bytes[i] = random.below(256);
  return bytes;
}

function plannedArray(random: SeededRandom, depth: number): PlannedValue[] {
  const length = random.below(5);
  const items: PlannedValue[] = [];
  // Half of the arrays hold one kind of scalar, the others are mixed and nested.
  const scalarKind = random.chance(2) ? random.below(5) : undefined;
  for (let i = 0; i < length; i++)
    items.push(plannedValue(random, scalarKind ?? nestedKind(random, depth), depth + 1));
  return items;
}

function plannedMap(random: SeededRandom, depth: number): { [key: string]: PlannedValue } {
  const map: { [key: string]: PlannedValue } = {};
  const count = random.below(4);
  for (let i = 0; i < count; i++) {
    map[random.pick(MAP_KEYS)] = plannedValue(random, nestedKind(random, depth), depth + 1);
  }
  return map;
}

function nestedKind(random: SeededRandom, depth: number): number {
  const kind = random.below(VALUE_KIND_COUNT);
  const isNested = kind === 6 || kind === 7;
  return isNested && depth >= NESTING_MAX ? 0 : kind;
}
