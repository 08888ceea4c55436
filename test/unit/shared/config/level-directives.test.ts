// Directives of levels: what is read, the longest prefix, bounds, and what a wrong one says.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  isLevelProblem,
  type LevelFilter,
  levelRank,
  parseLevelDirectives,
  thresholdFor,
} from '../../../../src/shared/config/level-directives.js';
import { resolveConfig } from '../../../../src/shared/config/resolve.js';
import { LEVEL_DIRECTIVES_MAX, LEVEL_TARGET_LENGTH_MAX } from '../../../../src/shared/limits.js';
import { onlyWarning, refusal, withEnvironment, withOptions } from './resolve-with.js';

const OFF = 5;

function filterOf(text: string): LevelFilter {
  const parsed = parseLevelDirectives(text);
  if (isLevelProblem(parsed)) throw new Error(`${text}: ${parsed.value} ${parsed.range}`);
  return parsed;
}

describe('level directives', () => {
  test('the longest prefix of whole segments wins, whatever the order', () => {
    for (const text of ['warn,shop=debug,shop.cart=trace,db=off', 'db=off,shop.cart=trace,shop=debug,warn']) {
      const filter = filterOf(text);
      const thresholds = [
        '',
        'x',
        'shop',
        'shopping',
        'shop.pay',
        'shop.cart',
        'shop.cart.items',
        'shop.cartel',
        'db.sql',
      ];
      expect(thresholds.map((target) => thresholdFor(filter, target))).toEqual([3, 3, 1, 3, 1, 0, 0, 1, OFF]);
    }
  });

  test('without a level of its own the rest is at info; case, space and empty parts do not matter', () => {
    expect(filterOf('shop=DEBUG')).toEqual({ defaultThreshold: 2, thresholds: new Map([['shop', 1]]) });
    expect(filterOf(' Warn , , shop.cart = off ,')).toEqual({
      defaultThreshold: 3,
      thresholds: new Map([['shop.cart', OFF]]),
    });
  });

  test('of two for one target the last one counts', () => {
    expect(filterOf('error,a=off,a=trace,debug')).toEqual({
      defaultThreshold: 1,
      thresholds: new Map([['a', 0]]),
    });
  });

  test('a span can have any level but off', () => {
    expect(['trace', 'debug', 'info', 'warn', 'error'].map(levelRank)).toEqual([0, 1, 2, 3, 4]);
    for (const value of ['off', 'Info', '', undefined, 3, {}]) expect(levelRank(value)).toBeUndefined();
  });

  test.each([
    'loud',
    'a=loud',
    '=debug',
    'a.=debug',
    '.a=debug',
    'a..b=debug',
    'a b=debug',
    'a=b=debug',
    'a[x]=info',
    '""=info',
    'a=',
  ])('the wrong directive %s is named, and nothing of the text is used', (directive) => {
    const parsed = parseLevelDirectives(`info,${directive},b=warn`);
    expect(isLevelProblem(parsed)).toBe(true);
    expect(parsed).toMatchObject({ value: JSON.stringify(directive) });
  });

  test.each(['', ' , ', undefined, 5, null, {}])('%j is no directive', (value) => {
    expect(isLevelProblem(parseLevelDirectives(value))).toBe(true);
  });

  test('at most 256 directives, targets of at most 256 characters, 65536 in all', () => {
    const many = (count: number): string => Array.from({ length: count }, (_, i) => `t${i}=warn`).join();
    expect(isLevelProblem(parseLevelDirectives(many(LEVEL_DIRECTIVES_MAX)))).toBe(false);
    expect(isLevelProblem(parseLevelDirectives(many(LEVEL_DIRECTIVES_MAX + 1)))).toBe(true);
    const long = (length: number): string => `${'t'.repeat(length)}=warn`;
    expect(isLevelProblem(parseLevelDirectives(long(LEVEL_TARGET_LENGTH_MAX)))).toBe(false);
    expect(isLevelProblem(parseLevelDirectives(long(LEVEL_TARGET_LENGTH_MAX + 1)))).toBe(true);
    expect(isLevelProblem(parseLevelDirectives(`info${' '.repeat(65_532)}`))).toBe(false);
    expect(isLevelProblem(parseLevelDirectives(`info${' '.repeat(65_533)}`))).toBe(true);
  });

  test('any text gives directives or a problem, in time that does not explode', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ maxLength: 300 }),
          fc.string({ unit: fc.constantFrom('a', '.', '=', ',', ' ', 'info'), maxLength: 300 }),
        ),
        (text) => {
          const parsed = parseLevelDirectives(text);
          if (!isLevelProblem(parsed)) expect(thresholdFor(parsed, text)).toBeLessThanOrEqual(OFF);
        },
      ),
    );
  });
});

describe('the setting', () => {
  test('the option beats the variable, which beats info', () => {
    expect(withOptions({}).config.level).toBe('info');
    expect(withEnvironment({ OFFLOOP_LEVEL: ' debug,db=off ' }).config.level).toBe('debug,db=off');
    const { config } = resolveConfig({ level: 'warn' }, { OFFLOOP_LEVEL: 'debug' }, 'strict');
    expect(config.level).toBe('warn');
  });

  test('a wrong variable is one warning that names the directive, and info', () => {
    const resolution = withEnvironment({ OFFLOOP_LEVEL: 'warn,db=loud' });
    expect(resolution.config.level).toBe('info');
    expect(onlyWarning(resolution)).toContain('OFFLOOP_LEVEL is "db=loud", but must be a level (trace');
  });

  test('a wrong option throws and names the directive', () => {
    expect(refusal({ level: 'warn,db=loud' })).toMatchObject({
      code: 'ERR_OFFLOOP_LEVEL',
      option: 'level',
      value: '"db=loud"',
      remedy: 'Write "db=debug", for example.',
    });
    expect(refusal({ level: '' })).toMatchObject({ code: 'ERR_OFFLOOP_LEVEL' });
  });
});
