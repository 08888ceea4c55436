// Whatever is thrown while a span is written, its claim on the ring does not stay open, which would block the ring for
// good, and the account stays exact: recorded = read + dropped.

import { ROOT_CONTEXT } from '@opentelemetry/api';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { setActiveRecording } from '../../../src/main/record/active-recording.js';
import { recorder } from '../../../src/main/recorder.js';
import { RecordingRig } from '../../support/recording-rig.js';

// The name is in line, so that it is written by `begin`: too long for the arena.
const NAME = 'n'.repeat(2000);
const template = recorder.template({ name: NAME, attributes: [['text', 'string']] });
const TEXT = 'ä'.repeat(100);

let rig: RecordingRig;
beforeEach(() => {
  rig = new RecordingRig();
  setActiveRecording(rig.active);
});
afterEach(() => {
  setActiveRecording(undefined);
  vi.restoreAllMocks();
});

function expectUnharmed(): void {
  const read = rig.take().length;
  expect({ recorded: rig.stats.recorded, pending: rig.stats.pending }).toEqual({
    recorded: read + rig.stats.droppedTotal,
    pending: read,
  });
  template.record(1, 2, ROOT_CONTEXT, TEXT);
  rig.tracer.startSpan('later').end();
  expect(rig.take().map((span) => span.name)).toEqual([NAME, 'later']);
}

test('a clock that throws when a template span ends costs that span', () => {
  const open = template.start();
  const now = vi.spyOn(performance, 'now').mockImplementation(() => {
    throw new Error('no clock');
  });
  expect(() => open.end(TEXT)).not.toThrow();
  now.mockRestore();
  expect(rig.stats.dropped.encode_failed).toBe(1);
  expectUnharmed();
});

test.each<[string, () => () => void]>([
  [
    'a template span',
    () => {
      const open = template.start();
      return () => open.end(TEXT);
    },
  ],
  ['a span already measured', () => () => template.record(1, 2, ROOT_CONTEXT, TEXT)],
  [
    'a span',
    () => {
      const span = rig.tracer.startSpan(NAME, { attributes: { text: TEXT, more: 1 } });
      return () => span.end(3);
    },
  ],
])('%s that ends where the stack is used up harms no other', (_what, prepare) => {
  const ends = Array.from({ length: 1000 }, prepare);
  let overflows = 0;
  // Ends one span at each depth on the way back from the overflow: each breaks at another place, until none does.
  const dive = (): void => {
    try {
      dive();
    } catch {
      // It is used up: now up again.
    }
    try {
      ends.pop()?.();
    } catch {
      overflows++;
    }
  };
  dive();
  expect(ends).toHaveLength(0);
  const { dropped, pending } = rig.stats;
  expect(overflows + dropped.encode_failed, 'none met the end of the stack').toBeGreaterThan(0);
  expect(pending).toBeGreaterThan(0);
  expectUnharmed();
});
