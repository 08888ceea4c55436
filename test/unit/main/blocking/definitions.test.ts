// What is refused when a task is defined and when the pool is configured.

import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { BlockingTaskError } from '../../../../src/main/blocking/blocking-errors.js';
import {
  configureBlocking,
  takeBlockingSettings,
  threadsOf,
} from '../../../../src/main/blocking/blocking-options.js';
import { defineTask } from '../../../../src/main/blocking/task.js';
import { OptionError } from '../../../../src/shared/errors.js';

describe('defineTask', () => {
  test.each([
    ['a URL', import.meta.url],
    ['a URL with a query', `${import.meta.url.replace(/\?.*$/, '')}?v=1`],
    ['a URL object', new URL(import.meta.url)],
    ['a path', import.meta.filename],
    ['data', 'data:text/javascript,export const a = () => 1'],
  ])('takes %s', (_, moduleUrl) => {
    const task = defineTask(moduleUrl, 'run');
    expect(task.moduleUrl).toMatch(/^(file|data):/);
    expect(task.exportName).toBe('run');
    if (moduleUrl === import.meta.filename) expect(task.moduleUrl).toBe(pathToFileURL(moduleUrl).href);
  });

  test.each([
    ['a relative path', './task.js', 'run', 'import.meta.url'],
    ['a bare name', 'piscina', 'run', 'import.meta.url'],
    ['a file that is not there', 'file:///no/such/file.js', 'run', 'does not exist'],
    ['undefined', undefined, 'run', 'import.meta.url'],
    ['no name', import.meta.url, '', 'no name'],
    ['a function for a name', import.meta.url, () => {}, 'no name'],
  ])('refuses %s, and says what to write', (_, moduleUrl, name, part) => {
    const define = () => defineTask(moduleUrl as string, name as string);
    expect(define).toThrow(BlockingTaskError);
    expect(define).toThrow(part);
    expect(define).toThrow(expect.objectContaining({ code: 'ERR_OFFLOOP_TASK_INVALID' }));
  });
});

describe('configureBlocking', () => {
  test.each([
    ['threads', 1, 64, 0, 65],
    ['queueSize', 0, 1_000_000, -1, 1_000_001],
    ['keepAliveMillis', 0, 2_147_483_647, -1, 2_147_483_648],
    ['stackSizeMb', 1, 1024, 0.99, 1025],
    ['maxOldGenerationSizeMb', 16, 1_048_576, 15.9, 1_048_577],
    ['maxYoungGenerationSizeMb', 1, 1_048_576, 0.9, 1_048_577],
  ])('%s: takes the least and the greatest, refuses the next', (option, least, greatest, under, over) => {
    for (const value of [least, greatest]) configureBlocking({ [option]: value });
    for (const value of [under, over, Number.NaN, '4', null]) {
      const configure = () => configureBlocking({ [option]: value as number });
      expect(configure).toThrow(OptionError);
      expect(configure).toThrow(expect.objectContaining({ option: `blocking.${option}` }));
    }
  });

  test('is over once the pool is made, which has what was configured last', () => {
    configureBlocking({ threads: 3 });
    configureBlocking({ queueSize: 5, stackSizeMb: 8 });
    const settings = takeBlockingSettings({ OFFLOOP_BLOCKING_THREADS: '7' });
    expect(settings).toEqual({
      threads: 7,
      queueSize: 5,
      keepAliveMillis: 10_000,
      resourceLimits: { stackSizeMb: 8 },
    });
    expect(() => configureBlocking({})).toThrow(
      expect.objectContaining({ code: 'ERR_OFFLOOP_BLOCKING_STARTED' }),
    );
  });

  test('the variable: 1 to 64, else the default', () => {
    const byDefault = threadsOf(undefined);
    expect(['1', '64', ' 2 '].map((text) => threadsOf(text))).toEqual([1, 64, 2]);
    expect(['0', '65', '1.5', 'many', ''].map((text) => threadsOf(text))).toEqual(
      new Array(5).fill(byDefault),
    );
  });
});
