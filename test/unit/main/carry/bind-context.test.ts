// bindContext: functions and emitters keep the context they were bound to.

import { EventEmitter } from 'node:events';
import { context, createContextKey, ROOT_CONTEXT } from '@opentelemetry/api';
import { afterEach, beforeEach, expect, expectTypeOf, test } from 'vitest';
import { bindContext } from '../../../../src/main/carry/bind-context.js';
import { createTestTelemetry, type TestTelemetry } from '../../../../src/main/testing/test-telemetry.js';
import { OptionError } from '../../../../src/shared/errors.js';

let telemetry: TestTelemetry;
beforeEach(() => {
  telemetry = createTestTelemetry().register();
});
afterEach(async () => {
  await telemetry.shutdown();
});

const KEY = createContextKey('value');
const with1 = ROOT_CONTEXT.setValue(KEY, 1);
const value = (): unknown => context.active().getValue(KEY);

test('a function runs in the context that was active, with receiver, arguments and type', () => {
  function sum(this: { base: number }, a: number, b: number): unknown[] {
    return [this.base + a + b, value()];
  }
  const bound = context.with(with1, () => bindContext(sum));
  expectTypeOf(bound).toEqualTypeOf<typeof sum>();
  expect(bound.length).toBe(2);
  expect(bound.call({ base: 1 }, 2, 3)).toEqual([6, 1]);
  expect(value()).toBeUndefined();
});

test('a function runs in the context that is given', () => {
  expect(bindContext(value, with1)()).toBe(1);
});

test('an emitter is itself, and its listeners run in the context; they can be removed', () => {
  const emitter = new EventEmitter();
  const seen: unknown[] = [];
  const listener = (): void => void seen.push(value());
  expect(bindContext(emitter, with1)).toBe(emitter);
  emitter.on('event', listener);
  emitter.once('event', listener);
  emitter.emit('event');
  emitter.off('event', listener);
  emitter.emit('event');
  expect(seen).toEqual([1, 1]);
});

test('without telemetry the function is itself', () => {
  telemetry.unregister();
  expect(bindContext(value, with1)).toBe(value);
});

test.each([undefined, null, 5, 'text', {}, new EventTarget()])('%s is refused', (target) => {
  expect(() => bindContext(target as never)).toThrow(OptionError);
  expect(() => bindContext(target as never)).toThrow(
    expect.objectContaining({ option: 'bindContext.target' }),
  );
});
