// Levels at run time: what is enabled, changes, the cache's bound, and where the first directives come from.

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LevelGate } from '../../../../src/main/levels/level-gate.js';
import {
  configureLevels,
  enabled,
  forgetLevels,
  isEnabled,
  setLevel,
} from '../../../../src/main/levels/levels.js';
import { OptionError } from '../../../../src/shared/errors.js';
import { LEVEL_CACHE_TARGETS_MAX } from '../../../../src/shared/limits.js';

const before = process.env.OFFLOOP_LEVEL;

beforeEach(() => {
  delete process.env.OFFLOOP_LEVEL;
  forgetLevels();
});

afterEach(() => {
  if (before === undefined) delete process.env.OFFLOOP_LEVEL;
  else process.env.OFFLOOP_LEVEL = before;
  forgetLevels();
});

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error'] as const;

describe('levels', () => {
  test('info and above are enabled by default', () => {
    expect(LEVELS.map((level) => enabled(level))).toEqual([false, false, true, true, true]);
    expect(enabled()).toBe(true);
  });

  test('without start() the variable counts, from the first question on', () => {
    process.env.OFFLOOP_LEVEL = 'warn,db=trace';
    expect([enabled('info'), enabled('warn'), enabled('trace', 'db.sql')]).toEqual([false, true, true]);
  });

  test('setLevel changes what targets that were asked for before are told, and gates', () => {
    const gate = new LevelGate('debug', 'shop.cart');
    expect([gate.isOpen(), isEnabled('debug', 'shop.cart')]).toEqual([false, false]);
    setLevel('info,shop=debug');
    expect([gate.isOpen(), isEnabled('debug', 'shop.cart')]).toEqual([true, true]);
    setLevel('shop.cart=off');
    expect([gate.isOpen(), isEnabled('error', 'shop.cart')]).toEqual([false, false]);
  });

  test('wrong directives change nothing and name what is wrong', () => {
    setLevel('debug');
    expect(() => setLevel('info,db=lod')).toThrow(OptionError);
    expect(() => setLevel('info,db=lod')).toThrow(
      expect.objectContaining({ option: 'level', value: '"db=lod"' }),
    );
    expect(enabled('debug')).toBe(true);
  });

  test('what start() found in a variable does not undo setLevel; an option does', () => {
    setLevel('debug');
    configureLevels('warn', false);
    expect(enabled('debug')).toBe(true);
    configureLevels('warn', true);
    expect(enabled('info')).toBe(false);
    configureLevels('info', false);
    expect(enabled('info')).toBe(true);
  });

  test('more targets than are remembered are told the right thing all the same', () => {
    setLevel('warn,a=debug');
    for (let i = 0; i < LEVEL_CACHE_TARGETS_MAX + 10; i++) {
      expect(isEnabled('debug', `a.${i}`)).toBe(true);
      expect(isEnabled('debug', `b.${i}`)).toBe(false);
    }
    setLevel('warn');
    expect(isEnabled('debug', `a.${LEVEL_CACHE_TARGETS_MAX + 9}`)).toBe(false);
  });

  test('what is no level counts as info, what is no target is none of those named', () => {
    expect(enabled('loud' as never)).toBe(true);
    setLevel('warn');
    expect(enabled('loud' as never)).toBe(false);
    for (const target of [null, 5, {}, []]) expect(enabled('error', target as never)).toBe(true);
  });
});
