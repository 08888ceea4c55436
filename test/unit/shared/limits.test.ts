import { expect, test } from 'vitest';
import { assertInvariant, InvariantError } from '../../../src/shared/errors.js';
import * as limits from '../../../src/shared/limits.js';

test.each(limits.LIMIT_RELATIONS.map(([holds, statement]) => ({ holds, statement })))(
  '$statement',
  ({ holds }) => {
    expect(holds).toBe(true);
  },
);

test('a relation that does not hold stops the load with an error that says which', () => {
  expect(() => assertInvariant(false, 'water is dry')).toThrow(InvariantError);
  expect(() => assertInvariant(false, 'water is dry')).toThrow(/water is dry/);
});

test('a record may take an eighth of its ring', () => {
  expect(limits.recordBytesMax(limits.RING_BYTES_MIN)).toBe(8192);
  expect(limits.recordBytesMax(limits.RING_BYTES_DEFAULT)).toBe(524_288);
});

test('every bound is a finite number, and every MIN and DEFAULT lies at or below its MAX', () => {
  const bounds = new Map<string, number>();
  for (const [name, value] of Object.entries(limits)) if (typeof value === 'number') bounds.set(name, value);
  expect(bounds.size).toBeGreaterThan(40);
  for (const [name, value] of bounds) {
    expect(Number.isFinite(value), name).toBe(true);
    const max = bounds.get(name.replace(/_(MIN|DEFAULT)$/, '_MAX'));
    if (max !== undefined) expect(value, name).toBeLessThanOrEqual(max);
  }
});
