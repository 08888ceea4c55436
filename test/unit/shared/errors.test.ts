import { expect, test } from 'vitest';
import { OptionError } from '../../../src/shared/errors.js';

test('an option error names option, value, range and remedy, in its fields and in its message', () => {
  const error = new OptionError({
    option: 'exporter.timeoutMillis',
    value: '-1',
    range: 'a whole number from 0 to 9',
    remedy: 'Use 0, for example.',
  });
  expect(error).toBeInstanceOf(RangeError);
  expect(error.name).toBe('OptionError');
  expect(error).toMatchObject({
    option: 'exporter.timeoutMillis',
    value: '-1',
    range: 'a whole number from 0 to 9',
  });
  expect(error.message).toBe(
    'offloop: exporter.timeoutMillis is -1, but must be a whole number from 0 to 9. Use 0, for example.',
  );
});

test.each([
  ['ringBytes', 'ERR_OFFLOOP_RING_BYTES'],
  ['exporter.clientKeyFile', 'ERR_OFFLOOP_EXPORTER_CLIENT_KEY_FILE'],
  ['OFFLOOP_WORKERS', 'ERR_OFFLOOP_WORKERS'],
  ['OTEL_BSP_SCHEDULE_DELAY', 'ERR_OFFLOOP_OTEL_BSP_SCHEDULE_DELAY'],
])('the code of an error about %s is %s', (option, code) => {
  expect(new OptionError({ option, value: '', range: '', remedy: '' }).code).toBe(code);
});
