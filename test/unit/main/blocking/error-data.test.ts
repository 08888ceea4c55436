// Errors of tasks as plain data and back, through a structured clone as between threads.

import { expect, test } from 'vitest';
import { errorData, errorOf } from '../../../../src/main/blocking/message/error-data.js';

const across = (thrown: unknown): unknown => errorOf(structuredClone(errorData(thrown)));

class OwnError extends RangeError {
  override readonly name = 'OwnError';
  readonly code = 'ERR_OWN';
  readonly details = { at: [1, 2] };
  readonly close = (): void => {};
}

test('an error keeps class, name, message, stack, cause and the properties that can be cloned', () => {
  const error = new OwnError('no', { cause: new SyntaxError('why') });
  const got = across(error) as OwnError;
  expect(got).toBeInstanceOf(RangeError);
  expect(got).toMatchObject({ name: 'OwnError', message: 'no', code: 'ERR_OWN', details: { at: [1, 2] } });
  expect(got.stack).toBe(error.stack);
  expect(got.cause).toBeInstanceOf(SyntaxError);
  expect((got.cause as Error).message).toBe('why');
  expect(Object.keys(got).sort()).toEqual(['code', 'details']);
  expect('cause' in (across(new Error('no')) as Error)).toBe(false);
});

test('an AggregateError keeps its errors, an AbortError is a DOMException', () => {
  const got = across(new AggregateError([new TypeError('a'), 'b'], 'several')) as AggregateError;
  expect(got).toBeInstanceOf(AggregateError);
  expect(got.errors).toEqual([new TypeError('a'), 'b']);
  expect(got.errors[0]).toBeInstanceOf(TypeError);
  const aborted = across(AbortSignal.abort().reason) as DOMException;
  expect(aborted).toBeInstanceOf(DOMException);
  expect(aborted.name).toBe('AbortError');
});

test.each([[undefined], [null], ['text'], [7n], [{ a: 1 }]])('%s, thrown, is given back', (thrown) => {
  expect(across(thrown)).toEqual(thrown);
});

test('what cannot be cloned is given back as its text, and circles of causes end', () => {
  expect(across(() => 1)).toContain('=> 1');
  expect(across({ toString: () => 'named', f: () => {} })).toBe('named');
  const error = new Error('round');
  error.cause = error;
  let depth = 0;
  for (let at = across(error) as Error | undefined; at !== undefined; at = at.cause as Error | undefined)
    depth++;
  expect(depth).toBe(9);
  const hostile = new Error('x');
  Object.defineProperty(hostile, 'code', {
    enumerable: true,
    get: () => {
      throw new Error('no');
    },
  });
  expect((across(hostile) as Error).message).toBe('x');
});
