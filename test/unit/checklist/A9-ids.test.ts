// Checklist A9: ids. Both ways of recording, templates, and the generator itself with a scripted seed.

import { ROOT_CONTEXT } from '@opentelemetry/api';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { NoopSpanProcessor } from '../../../src/main/processors/noop-span-processor.js';
import { setActiveRecording } from '../../../src/main/record/active-recording.js';
import { recorder } from '../../../src/main/recorder.js';
import { RandomIdGenerator } from '../../../src/main/sdk/random-id-generator.js';
import { TracerProvider } from '../../../src/main/sdk/tracer-provider.js';
import { SUBJECTS } from '../../support/checklist-subjects.js';
import { RecordingRig } from '../../support/recording-rig.js';

const TRACE_ID = /^[0-9a-f]{32}$/;
const SPAN_ID = /^[0-9a-f]{16}$/;
const COUNT = 20_000;

interface Ids {
  readonly traceId: string;
  readonly spanId: string;
}

function expectRandom(ids: readonly Ids[]): void {
  for (const name of ['traceId', 'spanId'] as const) {
    const all = ids.map((each) => each[name]);
    const format = name === 'traceId' ? TRACE_ID : SPAN_ID;
    expect(all.filter((id) => !format.test(id) || /^0+$/.test(id))).toEqual([]);
    expect(new Set(all).size).toBe(all.length);
    expect(biasedBits(all)).toEqual([]);
  }
}

/** Bits that are not set in about half of the ids: six standard deviations, for which a good generator takes a million years. */
function biasedBits(ids: readonly string[]): number[] {
  const tolerance = 6 * Math.sqrt(ids.length / 4);
  const counts = new Array<number>(4 * (ids[0] as string).length).fill(0);
  for (const id of ids) {
    for (let digit = 0; digit < id.length; digit++) {
      const value = Number.parseInt(id[digit] as string, 16);
      for (let bit = 0; bit < 4; bit++) counts[4 * digit + bit]! += (value >> (3 - bit)) & 1;
    }
  }
  return [...counts.keys()].filter((bit) => Math.abs(counts[bit]! - ids.length / 2) > tolerance);
}

test('A9.1 the check of randomness catches a bit that is stuck', () => {
  const ids = Array.from({ length: COUNT }, (_, i) =>
    i % 2 === 0 ? 'aaaaaaaaaaaaaaa0' : '5555555555555550',
  );
  expect(biasedBits(ids)).toEqual([60, 61, 62, 63]);
});

describe.each(SUBJECTS)('$name', ({ create }) => {
  test('A9.1 A9.2 every bit of trace and span ids is random, and none is all zeros', () => {
    const { provider } = create();
    const tracer = provider.getTracer('test');
    const start = () => tracer.startSpan('work', {}, ROOT_CONTEXT).spanContext();
    expectRandom(Array.from({ length: COUNT }, start));
  });
});

test('A9.1 spans of templates have random ids, too', () => {
  setActiveRecording(new RecordingRig().active);
  const template = recorder.template({ name: 'work' });
  const ids = Array.from({ length: COUNT }, () => template.start(ROOT_CONTEXT).spanContext());
  setActiveRecording(undefined);
  expectRandom(ids);
});

test('A9.1 the id generator can be replaced', () => {
  const [traceId, spanId] = ['a'.repeat(32), 'b'.repeat(16)];
  const idGenerator = { generateTraceId: () => traceId, generateSpanId: () => spanId };
  const provider = new TracerProvider({ idGenerator });
  expect(provider.getTracer('test').startSpan('work').spanContext()).toMatchObject({ traceId, spanId });
});

test('A9.3 RandomIdGenerator gives ids in lowercase hex', () => {
  const generator = new RandomIdGenerator();
  expectRandom(
    Array.from({ length: COUNT }, () => ({
      traceId: generator.generateTraceId(),
      spanId: generator.generateSpanId(),
    })),
  );
});

describe('A9.1 the random generator with methods of a test in it', () => {
  const ids = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) };

  function replace(generator: RandomIdGenerator): void {
    generator.generateTraceId = () => ids.traceId;
    generator.generateSpanId = () => ids.spanId;
  }

  test.each([
    ['before', replace, () => {}],
    ['after', () => {}, replace],
  ] as const)('A9.1 is asked for its ids: put there %s the provider was made', (_when, before, after) => {
    const idGenerator = new RandomIdGenerator();
    before(idGenerator);
    const provider = new TracerProvider({ idGenerator, spanProcessors: [new NoopSpanProcessor()] });
    after(idGenerator);
    expect(provider.getTracer('test').startSpan('work').spanContext()).toMatchObject(ids);
  });
});

describe('the generator behind them', () => {
  afterEach(() => {
    vi.doUnmock('../../../src/main/trace/ids/entropy.js');
    vi.resetModules();
  });

  /** A generator of its own, seeded with these words instead of the system's, one row for each time it asks. */
  async function seeded(...rows: number[][]) {
    vi.resetModules();
    const fillRandom = (state: Int32Array) => state.set(rows.shift() as number[]);
    vi.doMock('../../../src/main/trace/ids/entropy.js', () => ({ fillRandom }));
    const module = await import('../../../src/main/trace/ids/id-generator.js');
    return { ...module, rowsLeft: () => rows.length };
  }

  test('A9.1 a word that must not be zero is drawn again', async () => {
    const first = await seeded([1, 0, 0, 0]);
    expect(first.randomWord()).toBe(0);
    const second = await seeded([1, 0, 0, 0]);
    expect(second.randomNonZeroWord()).not.toBe(0);
  });

  test('A9.1 a seed of zeros, which the generator would never leave, is drawn again', async () => {
    const { randomWord, rowsLeft } = await seeded([0, 0, 0, 0], [1, 2, 3, 4]);
    expect(new Set(Array.from({ length: 1000 }, randomWord)).size).toBeGreaterThan(990);
    expect(rowsLeft()).toBe(0);
  });

  // Seeds found by running the generator backwards from a state whose word is 0.
  test.each([
    ['fourth', [3_495_171_747, 2_959_875_717, 2_832_992_807, 545_068_710], 'traceId', 24],
    ['sixth', [3_834_495_914, 1_927_483_268, 2_894_044_300, 2_466_174_255], 'spanId', 8],
  ] as const)('A9.1 a root whose %s word is 0 gets another one', async (_which, seed, name, digit) => {
    await seeded([...seed].map((word) => word | 0));
    const { RecordingRig: Rig } = await import('../../support/recording-rig.js');
    const spanContexts = [new Rig().tracer.startSpan('work', {}, ROOT_CONTEXT).spanContext()];
    await seeded([...seed].map((word) => word | 0));
    const { RecordingRig: OtherRig } = await import('../../support/recording-rig.js');
    const { recorder: templates } = await import('../../../src/main/recorder.js');
    const { setActiveRecording: activate } = await import('../../../src/main/record/active-recording.js');
    activate(new OtherRig().active);
    spanContexts.push(templates.template({ name: 'work' }).start(ROOT_CONTEXT).spanContext());
    activate(undefined);
    for (const spanContext of spanContexts) {
      expect(spanContext[name].slice(digit, digit + 8)).not.toBe('00000000');
      // The words before it are the seed's: it is the one that was drawn again.
      expect(spanContext.traceId.startsWith(name === 'traceId' ? '81b2ae80' : '171bddf4')).toBe(true);
    }
  });

  test('A9.1 words taken together are those that would come one by one, and none is given twice', async () => {
    const { takeWords, idWords } = await seeded([1, 2, 3, 4]);
    const taken: number[] = [];
    for (let i = 0; i < 300; i++) {
      const at = takeWords(i % 7);
      for (let j = 0; j < i % 7; j++) taken.push(idWords[at + j]!);
    }
    const { randomWord } = await seeded([1, 2, 3, 4]);
    const all = Array.from({ length: 2000 }, randomWord);
    const places = taken.map((word) => all.indexOf(word));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(new Set(places).size).toBe(places.length);
    expect(places).not.toContain(-1);
  });

  test('A9.1 words are those of xoshiro128**', async () => {
    const { randomWord } = await seeded([1, 2, 3, 4]);
    // Computed apart, from the definition of the generator, with integers of any size.
    const state = [1n, 2n, 3n, 4n];
    const u32 = (value: bigint) => BigInt.asUintN(32, value);
    const rotated = (value: bigint, by: bigint) => u32((value << by) | (value >> (32n - by)));
    for (let i = 0; i < 1000; i++) {
      expect(randomWord() >>> 0).toBe(Number(u32(rotated(u32(state[1]! * 5n), 7n) * 9n)));
      const shifted = u32(state[1]! << 9n);
      state[2]! ^= state[0]!;
      state[3]! ^= state[1]!;
      state[1]! ^= state[2]!;
      state[0]! ^= state[3]!;
      state[2]! ^= shifted;
      state[3] = rotated(state[3]!, 11n);
    }
  });

  test('A9.1 two threads of a process do not draw the same ids', async () => {
    const words = async () => {
      vi.resetModules();
      const { randomWord } = await import('../../../src/main/trace/ids/id-generator.js');
      return Array.from({ length: 8 }, randomWord);
    };
    expect(await words()).not.toEqual(await words());
  });
});
