import { expect, test } from 'vitest';
import { parametersOf } from '../../../../src/main/traced/parameters.js';

const key = 'computed';
const odd = 'async(odd';
const object = {
  [key](a: number, b = ')') {
    return [a, b];
  },
  async *[odd](a: unknown) {
    yield a;
  },
  async method(a: unknown) {
    return a;
  },
};

// As text, so that no compiler of the tests changes it.
const functions: [string, string[]][] = [
  ['() => 1', []],
  ['a => a', ['0:a']],
  ['async a => a', ['0:a']],
  ['async (a, b) => a', ['0:a', '1:b']],
  ['(a = (1, 2), b = [3, 4], c = { d: 5 }) => a', ['0:a', '1:b', '2:c']],
  [`(a = "),'", b = ')', c = \`(\`) => a`, ['0:a', '1:b', '2:c']],
  ['(/* a, */ b, // c,\n d = "/* no comment", e) => b', ['0:b', '1:d', '2:e']],
  ['function (a, ...rest) {}', ['0:a', '1:rest...']],
  ['function* named(a, b) {}', ['0:a', '1:b']],
  ['async function* (a) {}', ['0:a']],
  ['({ a, b: c, d: { e } = {}, ...f }, [g, , h]) => a', ['0:a/a', '0:c/b', '0:e/d/e', '1:g/0', '1:h/2']],
  ['($, _ä) => $', ['0:$', '1:_ä']],
];

test.each(functions)('the parameters of %s', (source, expected) => {
  const fn = new Function(`return (${source})`)() as () => unknown;
  expect(shown(fn)).toEqual(expected);
});

test('of methods, computed names among them', () => {
  expect(shown(object[key])).toEqual(['0:a', '1:b']);
  expect(shown(object[odd])).toEqual(['0:a']);
  expect(shown(object.method)).toEqual(['0:a']);
});

test('bound and native functions have none', () => {
  expect(shown(object.method.bind(object))).toEqual([]);
  expect(shown(Math.max)).toEqual([]);
});

function shown(fn: (...args: never[]) => unknown): string[] {
  return parametersOf(fn).map(
    ({ name, index, isRest, path }) =>
      `${index}:${name}${isRest ? '...' : ''}${path.map((part) => `/${part}`).join('')}`,
  );
}
