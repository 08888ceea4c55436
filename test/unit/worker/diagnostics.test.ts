import { expect, test } from 'vitest';
import { createCounters, LANE_COUNTER_COUNT, LaneCounter } from '../../../src/shared/counters.js';
import {
  DIAGNOSTIC_BACKLOG_MAX,
  DIAGNOSTIC_PERIOD_MILLIS,
  Diagnostics,
} from '../../../src/worker/diagnostics.js';

function setUp() {
  const clock = { nowMillis: 0 };
  const counters = createCounters(LANE_COUNTER_COUNT);
  const said: string[] = [];
  const diagnostics = new Diagnostics(counters, () => clock.nowMillis);
  const listen = () => diagnostics.listen((level, message) => said.push(`${level} ${message}`));
  return { clock, counters, diagnostics, listen, said };
}

test('J14 says the first message of a kind, and the next one a period later with the number left out', () => {
  const { clock, diagnostics, listen, said } = setUp();
  listen();
  for (let index = 0; index < 5; index++) diagnostics.report('warn', 'export failed', `number ${index}`);
  clock.nowMillis = DIAGNOSTIC_PERIOD_MILLIS - 1;
  diagnostics.report('warn', 'export failed', 'still too early');
  expect(said).toEqual(['warn export failed: number 0']);
  clock.nowMillis = DIAGNOSTIC_PERIOD_MILLIS;
  diagnostics.report('warn', 'export failed', 'again');
  expect(said[1]).toBe('warn export failed: again (and 5 more since the last report)');
});

test('kinds do not silence each other', () => {
  const { diagnostics, listen, said } = setUp();
  listen();
  diagnostics.report('warn', 'one', 'x');
  diagnostics.report('warn', 'two', 'x');
  expect(said).toHaveLength(2);
});

test('counts every error, said or not, and no warning', () => {
  const { counters, diagnostics } = setUp();
  for (let index = 0; index < 3; index++) diagnostics.report('error', 'pump', 'x');
  diagnostics.report('warn', 'pump', 'x');
  expect(counters[LaneCounter.Errors]).toBe(3);
});

test('keeps messages until main listens: the last that fits, and not one more', () => {
  const { diagnostics, listen, said } = setUp();
  for (let index = 0; index <= DIAGNOSTIC_BACKLOG_MAX; index++) {
    diagnostics.report('info', `kind ${index}`, 'x');
  }
  listen();
  expect(said).toHaveLength(DIAGNOSTIC_BACKLOG_MAX);
  expect(said.at(-1)).toBe(`info kind ${DIAGNOSTIC_BACKLOG_MAX - 1}: x`);
});

test('endlessly many kinds take bounded memory: the later ones share one period', () => {
  const { diagnostics, listen, said } = setUp();
  listen();
  for (let index = 0; index < 10_000; index++) diagnostics.report('info', `kind ${index}`, 'x');
  expect(said.length).toBeLessThan(100);
});

test('a listener that throws is counted, and the reporter does not notice', () => {
  const { counters, diagnostics } = setUp();
  diagnostics.listen(() => {
    throw new Error('port closed');
  });
  diagnostics.report('info', 'kind', 'x');
  expect(counters[LaneCounter.Errors]).toBe(1);
});
