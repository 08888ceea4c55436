// What compilers call: standard decorators get method and context, legacy ones prototype, key and descriptor. That compiled classes
// work is for test/process/traced.test.ts.

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestTelemetry, type TestTelemetry } from '../../../../src/main/testing.js';
import { instrument } from '../../../../src/main/traced/instrument.js';

type Callable = (this: unknown, ...args: unknown[]) => unknown;
type Decorate = (...args: unknown[]) => unknown;

let telemetry: TestTelemetry;
beforeAll(() => {
  telemetry = createTestTelemetry().register();
});
beforeEach(() => {
  telemetry.reset();
});
afterAll(() => telemetry.shutdown());

class Cart {
  region = 'eu';
  total(id: number): string {
    return this.region + id;
  }
}

const code = (suffix: string) =>
  expect.objectContaining({ name: 'OptionError', code: `ERR_OFFLOOP_${suffix}` });

describe('as a standard decorator', () => {
  test('it gives a method with a span for each call, with the method’s this', () => {
    const decorate = instrument({ record: ['id'] }) as unknown as Decorate;
    const method = decorate(Cart.prototype.total, {
      kind: 'method',
      name: 'total',
      static: false,
    }) as Callable;
    expect(method.call(new Cart(), 4)).toBe('eu4');
    expect(method.name).toBe('total');
    expect(telemetry.treeText({ attributes: true })).toBe('total {"id":4}');
  });

  test.each(['field', 'accessor', 'getter', 'setter', 'class'])('it refuses a %s', (kind) => {
    const decorate = instrument() as unknown as Decorate;
    expect(() => decorate(kind === 'field' ? undefined : () => {}, { kind, name: 'x' })).toThrow(
      code('INSTRUMENT'),
    );
    expect(() => decorate(() => {}, { kind, name: Symbol('x') })).toThrow(code('INSTRUMENT'));
  });
});

describe('as a legacy decorator', () => {
  test('it changes the descriptor, which stays what it was otherwise', () => {
    const descriptor = Object.getOwnPropertyDescriptor(Cart.prototype, 'total') as PropertyDescriptor;
    const decorate = instrument({ name: 'sum' }) as unknown as Decorate;
    expect(decorate(Cart.prototype, 'total', descriptor)).toBe(descriptor);
    expect(descriptor).toMatchObject({ writable: true, enumerable: false, configurable: true });
    expect(descriptor.value.call(new Cart(), 1)).toBe('eu1');
    expect(telemetry.treeText()).toBe('sum');
  });

  test('it refuses fields, accessors and classes', () => {
    const decorate = instrument() as unknown as Decorate;
    expect(() => decorate(Cart.prototype, 'region')).toThrow(code('INSTRUMENT'));
    // Babel's legacy decorators of fields have a descriptor with an initializer.
    expect(() => decorate(Cart.prototype, 'region', { initializer: () => 1 })).toThrow(/field "region"/);
    expect(() => decorate(Cart.prototype, 'region', { get: () => 1 })).toThrow(/accessor "region"/);
    expect(() => decorate(Cart)).toThrow(/a class/);
  });
});

test('without parentheses, with wrong options and with unknown arguments it is refused when the class is defined', () => {
  const bare = instrument as unknown as Decorate;
  expect(() => bare(Cart.prototype.total, { kind: 'method', name: 'total' })).toThrow(code('INSTRUMENT'));
  expect(() => bare(Cart.prototype, 'total', {})).toThrow(/Write @instrument\(\)/);
  expect(() => bare({ feilds: 1 })).toThrow(code('INSTRUMENT_OPTION'));
  const wrong = bare({ record: ['nobody'] }) as Decorate;
  expect(() => wrong(Cart.prototype.total, { kind: 'method', name: 'total' })).toThrow(
    code('INSTRUMENT_RECORD'),
  );
});
