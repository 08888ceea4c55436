// Checklist A8.8 to A8.10: consistent probability sampling. Thresholds, the tracestate's `ot` entry, composable samplers.
// What holds for all ids, ratios and entries: test/property/sampling.property.test.ts.

import {
  type Context,
  createTraceState,
  ROOT_CONTEXT,
  SpanKind,
  type TraceState,
  trace,
} from '@opentelemetry/api';
import { describe, expect, test, vi } from 'vitest';
import { configuredSampler } from '../../../src/main/sampling/configured-sampler.js';
import type { ComposableSampler, SamplingIntent } from '../../../src/main/sampling/probability/composable.js';
import { createComposableParentThresholdSampler } from '../../../src/main/sampling/probability/composable-parent-threshold.js';
import {
  createComposableAlwaysOffSampler,
  createComposableAlwaysOnSampler,
  createComposableAnnotatingSampler,
  createComposableProbabilitySampler,
  createComposableRuleBasedSampler,
} from '../../../src/main/sampling/probability/composable-samplers.js';
import { CompositeSampler } from '../../../src/main/sampling/probability/composite-sampler.js';
import { parseOtEntry } from '../../../src/main/sampling/probability/ot-trace-state.js';
import { ProbabilitySampler } from '../../../src/main/sampling/probability/probability-sampler.js';
import { thresholdOf, thresholdText } from '../../../src/main/sampling/probability/threshold.js';
import { TracerProvider } from '../../../src/main/sdk/tracer-provider.js';
import { type Sampler, SamplingDecision, type SamplingResult } from '../../../src/main/sdk/types.js';
import { resolveConfig } from '../../../src/shared/config/resolve.js';
import { OptionError } from '../../../src/shared/errors.js';
import { collectDiagMessages } from '../../support/diag-messages.js';

const { NOT_RECORD, RECORD_AND_SAMPLED } = SamplingDecision;
const SAMPLED = 1;
const RANDOM = 2;
const SPAN_ID = 'b7ad6b7169203331';

const messages = collectDiagMessages();

/** A trace id whose low 56 bits are these. */
const idOf = (randomness: string): string => `${'a'.repeat(18)}${randomness}`;
const LOW = idOf('10000000000000');
const HIGH = idOf('f0000000000000');

function childContext(traceId: string, traceFlags: number, state?: string | TraceState): Context {
  const traceState = typeof state === 'string' ? createTraceState(state) : state;
  return trace.setSpanContext(ROOT_CONTEXT, {
    traceId,
    spanId: SPAN_ID,
    traceFlags,
    isRemote: true,
    ...(traceState === undefined ? {} : { traceState }),
  });
}

function ask(sampler: Sampler, traceId: string, context: Context = ROOT_CONTEXT): SamplingResult {
  return sampler.shouldSample(context, traceId, 'name', SpanKind.SERVER, {}, []);
}

const isSampled = (result: SamplingResult): boolean => result.decision === RECORD_AND_SAMPLED;
const stateOf = (result: SamplingResult): string | undefined => result.traceState?.serialize();

function delegate(intent: SamplingIntent): ComposableSampler {
  return { getSamplingIntent: () => intent, toString: () => 'Fixed' };
}

describe('A8.8 thresholds', () => {
  test.each([
    [1, '0', '0', '0'],
    [1 / 2, '8', '8', '8'],
    [1 / 3, 'aab', 'aaab', 'aaaab'],
    [1 / 4, 'c', 'c', 'c'],
    [1 / 5, 'ccd', 'cccd', 'ccccd'],
    [1 / 8, 'e', 'e', 'e'],
    [1 / 10, 'e66', 'e666', 'e6666'],
    [1 / 16, 'f', 'f', 'f'],
    [1 / 100, 'fd71', 'fd70a', 'fd70a4'],
    [1 / 1000, 'ffbe7', 'ffbe77', 'ffbe76d'],
    [1 / 10_000, 'fff972', 'fff9724', 'fff97247'],
    [1 / 100_000, 'ffff584', 'ffff583a', 'ffff583a5'],
    [1 / 1_000_000, 'ffffef4', 'ffffef39', 'ffffef391'],
  ])('A8.8 of %d are those of the specification’s table', (ratio, three, four, five) => {
    expect([3, 4, 5].map((precision) => thresholdText(thresholdOf(ratio, precision)))).toEqual([
      three,
      four,
      five,
    ]);
  });

  test('A8.8 have four digits unless told otherwise', () => {
    const traceState = (sampler: Sampler) => stateOf(ask(sampler, idOf('f'.repeat(14))));
    expect(traceState(new ProbabilitySampler(1 / 3))).toBe('ot=th:aaab');
    expect(traceState(new ProbabilitySampler(1 / 3, { precision: 1 }))).toBe('ot=th:b');
    expect(traceState(new ProbabilitySampler(1 / 3, { precision: 14 }))).toBe('ot=th:aaaaaaaaaaaaac');
  });

  test.each([2 ** -56, 2 ** -55, 1e-9, 1])('A8.8 the ratio %d is accepted', (ratio) => {
    expect(String(new ProbabilitySampler(ratio))).toBe(`ProbabilitySampler{${ratio}}`);
  });

  test.each([2 ** -57, 0, -0.1, 1.0000001, Number.NaN, Number.POSITIVE_INFINITY, '0.5', null])(
    'A8.8 the ratio %j is refused',
    (ratio) => {
      expect(() => new ProbabilitySampler(ratio as number)).toThrow(OptionError);
    },
  );

  test.each([0, 15, 1.5, Number.NaN])('A8.8 the precision %d is refused', (precision) => {
    expect(() => new ProbabilitySampler(0.5, { precision })).toThrow(OptionError);
  });

  test('A8.8 the smallest ratio keeps one id in 2^56', () => {
    const sampler = new ProbabilitySampler(2 ** -56);
    expect(isSampled(ask(sampler, idOf('ffffffffffffff')))).toBe(true);
    expect(isSampled(ask(sampler, idOf('fffffffffffffe')))).toBe(false);
  });
});

describe('A8.8 ProbabilitySampler', () => {
  test('A8.8 keeps from the threshold on: equal is kept, one less is not', () => {
    const sampler = new ProbabilitySampler(0.25);
    expect(isSampled(ask(sampler, idOf('c0000000000000')))).toBe(true);
    expect(isSampled(ask(sampler, idOf('bfffffffffffff')))).toBe(false);
  });

  test('A8.8 takes the low 56 bits of the trace id, in any case of its digits, and no others', () => {
    const sampler = new ProbabilitySampler(0.5);
    expect(isSampled(ask(sampler, `${'f'.repeat(18)}10000000000000`))).toBe(false);
    expect(isSampled(ask(sampler, `${'0'.repeat(17)}180000000000000`.slice(-32)))).toBe(true);
    expect(isSampled(ask(new ProbabilitySampler(0.25), idOf('F0000000000000')))).toBe(true);
    expect(isSampled(ask(new ProbabilitySampler(0.25), idOf('B0000000000000')))).toBe(false);
  });

  test('A8.8 takes an explicit randomness instead, of a parent that is invalid too', () => {
    const sampler = new ProbabilitySampler(0.5);
    const low = childContext(HIGH, SAMPLED, 'ot=rv:10000000000000');
    expect(isSampled(ask(sampler, HIGH, low))).toBe(false);
    const high = childContext('0'.repeat(32), 0, 'ot=rv:f0000000000000');
    expect(isSampled(ask(sampler, LOW, high))).toBe(true);
  });

  test.each(['rv:F0000000000000', 'rv:f000', 'rv:f00000000000000', 'rv:', 'rv'])(
    'A8.8 %s is no randomness: the trace id counts',
    (member) => {
      expect(isSampled(ask(new ProbabilitySampler(0.5), LOW, childContext(LOW, 3, `ot=${member}`)))).toBe(
        false,
      );
    },
  );

  test('A8.8 ignores the parent’s flag', () => {
    const sampler = new ProbabilitySampler(0.5);
    for (const flags of [RANDOM, RANDOM | SAMPLED]) {
      expect(isSampled(ask(sampler, LOW, childContext(LOW, flags)))).toBe(false);
      expect(isSampled(ask(sampler, HIGH, childContext(HIGH, flags)))).toBe(true);
    }
  });

  test('A8.8 writes its threshold on keep and removes an inherited one on drop', () => {
    const sampler = new ProbabilitySampler(0.5);
    const state = 'vendor=x,ot=th:1;ab:2';
    expect(stateOf(ask(sampler, HIGH, childContext(HIGH, 3, state)))).toBe('ot=th:8;ab:2,vendor=x');
    expect(stateOf(ask(sampler, LOW, childContext(LOW, 3, state)))).toBe('ot=ab:2,vendor=x');
    expect(stateOf(ask(sampler, LOW, childContext(LOW, 3, 'ot=th:1')))).toBe('');
    expect(ask(sampler, LOW).traceState).toBeUndefined();
  });

  test('A8.8 hands the parent’s trace state on as it is where nothing changes', () => {
    const traceState = createTraceState('ot=th:8,vendor=x');
    expect(ask(new ProbabilitySampler(0.5), HIGH, childContext(HIGH, 3, traceState)).traceState).toBe(
      traceState,
    );
  });

  test('A8.8 warns once when it takes a parent’s trace id for random without the flag', () => {
    const sampler = new ProbabilitySampler(0.5);
    ask(sampler, HIGH);
    ask(sampler, HIGH, childContext(HIGH, RANDOM));
    ask(sampler, HIGH, childContext(HIGH, SAMPLED, 'ot=rv:f0000000000000'));
    expect(messages).toEqual([]);
    ask(sampler, HIGH, childContext(HIGH, SAMPLED));
    ask(sampler, HIGH, childContext(HIGH, SAMPLED));
    expect(messages).toEqual([expect.stringMatching(/random flag.*W3C Trace Context Level 2/)]);
  });

  test('A8.8 an invalid trace id is not sampled', () => {
    for (const traceId of ['', '0'.repeat(32), 'z'.repeat(32)]) {
      expect(isSampled(ask(new ProbabilitySampler(1), traceId))).toBe(false);
    }
  });
});

describe('A8.9', () => {
  test.each([
    ['ot=rv:abcdefabcdef00', 'ot=th:8;rv:abcdefabcdef00'],
    ['ot=p:8;rv:abcdefabcdef00;r:62', 'ot=th:8;p:8;rv:abcdefabcdef00;r:62'],
    ['ot=th:1;th:2;p:1;p:2', 'ot=th:8;p:1'],
    ['ot=;;p:1;bad;UP:1;1x:2;ok:;', 'ot=th:8;p:1;ok:'],
    ['ot=rv:short', 'ot=th:8;rv:short'],
    ['a=1,ot=p:1,b=2', 'ot=th:8;p:1,a=1,b=2'],
  ])('A8.9 %s becomes %s: rv and other sub-keys stay, each once', (before, after) => {
    const sampler = new CompositeSampler(createComposableProbabilitySampler(0.5));
    const traceId = idOf('abcdefabcdef00');
    for (const each of [sampler, new ProbabilitySampler(0.5)]) {
      expect(stateOf(ask(each, traceId, childContext(traceId, 3, before)))).toBe(after);
    }
  });

  test('A8.9 256 characters fit; where one more would be needed, the threshold is left out and it is said', () => {
    const sampler = new ProbabilitySampler(0.5);
    const fits = `p:${'x'.repeat(256 - 'th:8;p:'.length)}`;
    expect(stateOf(ask(sampler, HIGH, childContext(HIGH, 3, `ot=${fits}`)))).toBe(`ot=th:8;${fits}`);
    expect(messages).toEqual([]);
    const result = ask(sampler, HIGH, childContext(HIGH, 3, `ot=${fits}x`));
    expect(stateOf(result)).toBe(`ot=${fits}x`);
    expect(isSampled(result)).toBe(true);
    expect(messages).toEqual([expect.stringContaining('256')]);
  });

  test('A8.9 an entry of 256 characters is read; a longer one, which no tracestate may hold, is not', () => {
    const longest = `th:8;p:${'x'.repeat(256 - 'th:8;p:'.length)}`;
    expect(parseOtEntry(longest).threshold).toBe('8');
    expect(parseOtEntry(`${longest}x`)).toEqual(parseOtEntry(''));
  });

  test('A8.9 a full trace state gives its last entry away, not all of them to the next service', () => {
    const entries = Array.from({ length: 32 }, (_, index) => `k${index}=v`);
    const traceState = createTraceState(entries.join(','));
    const written = ask(new ProbabilitySampler(0.5), HIGH, childContext(HIGH, 3, traceState)).traceState;
    expect(written?.serialize().split(',')).toEqual(['ot=th:8', ...entries.slice(0, 31)]);
  });

  test('A8.9 a trace state that throws stops no span', () => {
    const throws = (): never => {
      throw new Error('no');
    };
    const traceState = { get: throws, set: throws, unset: throws, serialize: throws };
    const result = ask(new ProbabilitySampler(0.5), HIGH, childContext(HIGH, 3, traceState));
    expect(isSampled(result)).toBe(true);
    expect(result.traceState).toBe(traceState);
  });
});

describe('A8.10 CompositeSampler', () => {
  test.each([null, -1n, 1n << 56n, undefined, 0, Number.NaN])(
    'A8.10 the threshold %s means drop',
    (threshold) => {
      const sampler = new CompositeSampler(
        delegate({ threshold: threshold as bigint, thresholdReliable: true, attributes: { a: 1 } }),
      );
      const result = ask(sampler, HIGH, childContext(HIGH, 3, 'ot=th:8;p:1'));
      expect(result.decision).toBe(NOT_RECORD);
      expect(stateOf(result)).toBe('ot=p:1');
      expect(result.attributes).toBeUndefined();
    },
  );

  test('A8.10 a reliable threshold is compared with the trace’s randomness and written', () => {
    const sampler = new CompositeSampler(delegate({ threshold: 0x80000000000001n, thresholdReliable: true }));
    expect(stateOf(ask(sampler, idOf('80000000000001')))).toBe('ot=th:80000000000001');
    expect(isSampled(ask(sampler, idOf('80000000000000')))).toBe(false);
    const explicit = childContext(LOW, 3, 'ot=rv:f0000000000000');
    expect(stateOf(ask(sampler, LOW, explicit))).toBe('ot=th:80000000000001;rv:f0000000000000');
  });

  test('A8.10 with an unreliable count the randomness is a fresh one, and no threshold is written', () => {
    const sampler = new CompositeSampler(delegate({ threshold: 1n << 55n, thresholdReliable: false }));
    const context = childContext(LOW, 3, 'ot=th:8;rv:10000000000000');
    const results = Array.from({ length: 4000 }, () => ask(sampler, LOW, context));
    const kept = results.filter(isSampled).length;
    // Six standard deviations of a binomial; the trace's own randomness would keep none.
    expect(Math.abs(kept - 2000)).toBeLessThan(6 * Math.sqrt(4000 * 0.25));
    expect(new Set(results.map(stateOf))).toEqual(new Set(['ot=rv:10000000000000']));
  });

  test('A8.10 an update of the trace state sees the decision; the ot entry stays the sampler’s', () => {
    const updateTraceState = vi.fn((traceState: TraceState | undefined) =>
      (traceState ?? createTraceState()).set('vendor', 'new').set('ot', 'th:1;rv:00000000000000'),
    );
    const sampler = new CompositeSampler(
      delegate({ threshold: 1n << 55n, thresholdReliable: true, updateTraceState }),
    );
    const context = childContext(HIGH, 3, 'ot=rv:f0000000000000');
    const state = ask(sampler, HIGH, context).traceState;
    expect([state?.get('vendor'), state?.get('ot')]).toEqual(['new', 'th:8;rv:f0000000000000']);
    expect(updateTraceState).toHaveBeenLastCalledWith(trace.getSpanContext(context)?.traceState, 2);
    expect(stateOf(ask(sampler, LOW))).toBe('vendor=new');
    expect(updateTraceState).toHaveBeenLastCalledWith(undefined, 0);
  });

  test('A8.10 an update that gives nothing or throws leaves no old threshold', () => {
    const composite = (updateTraceState: () => undefined) =>
      new CompositeSampler(delegate({ threshold: -1n, thresholdReliable: false, updateTraceState }));
    const context = childContext(LOW, 3, 'ot=th:8');
    expect(
      stateOf(
        ask(
          composite(() => undefined),
          LOW,
          context,
        ),
      ),
    ).toBe('');
    const failing = composite(() => {
      throw new Error('broken provider');
    });
    expect(stateOf(ask(failing, LOW, context))).toBe('');
    expect(messages).toEqual([expect.stringContaining('broken provider')]);
  });

  test('A8.10 a threshold after another one is written right', () => {
    let threshold = 0n;
    const sampler = new CompositeSampler({
      getSamplingIntent: () => ({ threshold, thresholdReliable: true }),
      toString: () => 'Changing',
    });
    for (const [next, text] of [
      [0n, 'ot=th:0'],
      [1n << 55n, 'ot=th:8'],
      [0xc0000000000000n, 'ot=th:c'],
      [0n, 'ot=th:0'],
    ] as const) {
      threshold = next;
      expect(stateOf(ask(sampler, HIGH))).toBe(text);
    }
  });
});

describe('A8.10 composable samplers', () => {
  const intentOf = (sampler: ComposableSampler, context: Context = ROOT_CONTEXT, kind = SpanKind.SERVER) =>
    sampler.getSamplingIntent(context, HIGH, 'name', kind, { a: 1 }, []);

  test('A8.10 always on keeps all and counts them; always off keeps none', () => {
    expect(intentOf(createComposableAlwaysOnSampler())).toEqual({ threshold: 0n, thresholdReliable: true });
    expect(intentOf(createComposableAlwaysOffSampler())).toEqual({
      threshold: -1n,
      thresholdReliable: false,
    });
    expect(stateOf(ask(new CompositeSampler(createComposableAlwaysOnSampler()), LOW))).toBe('ot=th:0');
    expect(isSampled(ask(new CompositeSampler(createComposableAlwaysOffSampler()), HIGH))).toBe(false);
  });

  test('A8.10 probability has the threshold of its ratio; 0 is always off; out of range is refused', () => {
    expect(intentOf(createComposableProbabilitySampler(0.5))).toEqual({
      threshold: 1n << 55n,
      thresholdReliable: true,
    });
    expect(createComposableProbabilitySampler(0)).toBe(createComposableAlwaysOffSampler());
    expect(intentOf(createComposableProbabilitySampler(2 ** -56)).threshold).toBe((1n << 56n) - 1n);
    for (const ratio of [2 ** -57, -1, 1.1, Number.NaN]) {
      expect(() => createComposableProbabilitySampler(ratio)).toThrow(OptionError);
    }
  });

  describe('parent threshold', () => {
    const sampler = createComposableParentThresholdSampler(createComposableProbabilitySampler(0.5));
    const cases: [string, Context, bigint, boolean][] = [
      ['A8.10 no parent: the root decides', ROOT_CONTEXT, 1n << 55n, true],
      ['A8.10 an invalid parent: the root decides', childContext('0'.repeat(32), 1), 1n << 55n, true],
      ['A8.10 the parent’s threshold', childContext(HIGH, 3, 'ot=th:c'), 0xc0000000000000n, true],
      [
        'A8.10 explicit randomness',
        childContext(LOW, 3, 'ot=th:c;rv:d0000000000000'),
        0xc0000000000000n,
        true,
      ],
      [
        'A8.10 an unsampled parent below its threshold',
        childContext(LOW, 2, 'ot=th:c'),
        0xc0000000000000n,
        true,
      ],
      ['A8.10 sampled without a threshold', childContext(LOW, 3), 0n, false],
      ['A8.10 sampled with a threshold that is wrong', childContext(LOW, 3, 'ot=th:xyz'), 0n, false],
      ['A8.10 not sampled, without a threshold', childContext(HIGH, 2), -1n, false],
      ['A8.10 sampled below its threshold: inconsistent', childContext(LOW, 3, 'ot=th:c'), 0n, false],
      ['A8.10 unsampled above its threshold: inconsistent', childContext(HIGH, 2, 'ot=th:c'), -1n, false],
    ];
    test.each(cases)('%s', (_what, context, threshold, thresholdReliable) => {
      expect(intentOf(sampler, context)).toEqual({ threshold, thresholdReliable });
    });

    test('A8.10 a child of a trace keeps the root’s decision and threshold, all the way down', () => {
      const provider = new TracerProvider({ sampler: new CompositeSampler(sampler) });
      const tracer = provider.getTracer('test');
      for (let round = 0; round < 50; round++) {
        const root = tracer.startSpan('root');
        const child = tracer.startSpan('child', {}, trace.setSpan(ROOT_CONTEXT, root));
        const expected = (root.spanContext().traceFlags & SAMPLED) === SAMPLED ? 'ot=th:8' : undefined;
        expect(root.spanContext().traceState?.serialize()).toBe(expected);
        expect(child.spanContext().traceFlags & SAMPLED).toBe(root.spanContext().traceFlags & SAMPLED);
        expect(child.spanContext().traceState?.serialize()).toBe(expected);
      }
    });
  });

  test('A8.10 rule based: the first rule that holds decides, none of them drops, one that throws does not hold', () => {
    const isServer = vi.fn(
      (_context: unknown, _id: string, _name: string, kind: SpanKind) => kind === SpanKind.SERVER,
    );
    const broken = (): boolean => {
      throw new Error('broken rule');
    };
    const sampler = createComposableRuleBasedSampler([
      [broken, createComposableAlwaysOffSampler()],
      [isServer, createComposableProbabilitySampler(0.5)],
      [(...parameters) => parameters[3] !== SpanKind.CLIENT, createComposableAlwaysOnSampler()],
    ]);
    expect(intentOf(sampler).threshold).toBe(1n << 55n);
    expect(isServer).toHaveBeenCalledWith(ROOT_CONTEXT, HIGH, 'name', SpanKind.SERVER, { a: 1 }, []);
    expect(intentOf(sampler, ROOT_CONTEXT, SpanKind.INTERNAL).threshold).toBe(0n);
    expect(intentOf(sampler, ROOT_CONTEXT, SpanKind.CLIENT)).toEqual({
      threshold: -1n,
      thresholdReliable: false,
    });
    expect(messages[0]).toContain('broken rule');
    expect(String(sampler)).toContain('[(broken, ComposableAlwaysOffSampler), (');
  });

  test('A8.10 annotating adds attributes to kept spans, its own over the delegate’s', () => {
    const attributes = { a: 'mine', b: 2 };
    const inner = delegate({
      threshold: 1n << 55n,
      thresholdReliable: true,
      attributes: { a: 'theirs', c: 3 },
    });
    const sampler = new CompositeSampler(createComposableAnnotatingSampler(inner, attributes));
    attributes.b = 99;
    expect(ask(sampler, HIGH).attributes).toEqual({ a: 'mine', b: 2, c: 3 });
    expect(ask(sampler, LOW).attributes).toBeUndefined();
    const bare = createComposableAnnotatingSampler(createComposableAlwaysOnSampler(), { a: 1 });
    expect(ask(new CompositeSampler(bare), LOW).attributes).toEqual({ a: 1 });
  });

  test.each([undefined, null, {}, new ProbabilitySampler(0.5)])(
    'A8.10 %s is no composable sampler',
    (value) => {
      const wrong = value as unknown as ComposableSampler;
      expect(() => new CompositeSampler(wrong)).toThrow(OptionError);
      expect(() => createComposableParentThresholdSampler(wrong)).toThrow(OptionError);
      expect(() => createComposableAnnotatingSampler(wrong, {})).toThrow(OptionError);
      expect(() => createComposableRuleBasedSampler([[() => true, wrong]])).toThrow(OptionError);
    },
  );

  test('A8.10 descriptions show what they are made of', () => {
    expect(
      String(
        new CompositeSampler(
          createComposableParentThresholdSampler(
            createComposableAnnotatingSampler(createComposableProbabilitySampler(0.25), { a: 1 }),
          ),
        ),
      ),
    ).toBe(
      'CompositeSampler{ComposableParentThresholdSampler(rootSampler=ComposableAnnotatingSampler(' +
        'ComposableProbabilitySampler(threshold=c, ratio=0.25), attributes))}',
    );
  });
});

describe('A8.8 A8.10 by name', () => {
  const configured = (name: string, argument?: string) => {
    const env = {
      OTEL_TRACES_SAMPLER: name,
      ...(argument === undefined ? {} : { OTEL_TRACES_SAMPLER_ARG: argument }),
    };
    const { config, warnings } = resolveConfig({}, env, 'strict');
    return { ...configuredSampler(config.sampler, undefined, { resourceAttributes: () => ({}) }), warnings };
  };

  test.each([
    ['probability', '0.25', 'ProbabilitySampler{0.25}'],
    ['Probability', undefined, 'ProbabilitySampler{1}'],
    ['PARENTBASED_PROBABILITY', '0.25', 'ParentBased{root=ProbabilitySampler{0.25}, '],
    ['composite_always_on', undefined, 'CompositeSampler{ComposableAlwaysOnSampler}'],
    ['composite_always_off', undefined, 'CompositeSampler{ComposableAlwaysOffSampler}'],
    [
      'composite_probability',
      '0.25',
      'CompositeSampler{ComposableProbabilitySampler(threshold=c, ratio=0.25)}',
    ],
    ['composite_probability', '0', 'CompositeSampler{ComposableAlwaysOffSampler}'],
    [
      'composite_parent_threshold',
      '0.25',
      'CompositeSampler{ComposableParentThresholdSampler(rootSampler=ComposableProbabilitySampler(threshold=c, ',
    ],
  ])('A8.8 A8.10 %s with the argument %s', (name, argument, description) => {
    const { sampler, warnings } = configured(name, argument);
    expect(String(sampler).startsWith(description)).toBe(true);
    expect(warnings).toEqual([]);
  });

  test.each(['probability', 'parentbased_probability'])('A8.8 %s of 0 keeps no root, in words', (name) => {
    const { words } = configured(name, '0');
    expect(words?.isSampled(0, -1, -1, -1, -1)).toBe(false);
  });
});
