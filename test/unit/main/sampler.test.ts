import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { SamplingDecision, TraceIdRatioBasedSampler } from '@opentelemetry/sdk-trace';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createWordSampler, ParentKind } from '../../../src/main/trace/sampler.js';
import { hexToWord } from '../../../src/shared/codec/ids.js';
import { contextWithParent, RecordingRig } from '../../support/recording-rig.js';

const hexId = fc
  .uint8Array({ minLength: 16, maxLength: 16 })
  .map((bytes) => Buffer.from(bytes).toString('hex'));
const words = (id: string) =>
  [0, 8, 16, 24].map((at) => hexToWord(id, at)) as [number, number, number, number];

describe('ratio', () => {
  test("decides as OpenTelemetry JS's sampler does, bit for bit", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 1, 0.5, 1e-9, 1 - 1e-9)),
        fc.array(hexId, { minLength: 50, maxLength: 50 }),
        (ratio, ids) => {
          const theirs = new TraceIdRatioBasedSampler(ratio);
          const ours = createWordSampler({ name: 'traceidratio', ratio })!;
          for (const id of ids) {
            const { decision } = theirs.shouldSample(ROOT_CONTEXT, id);
            expect(ours.isSampled(ParentKind.None, ...words(id)), `${id} at ${ratio}`).toBe(
              decision === SamplingDecision.RECORD_AND_SAMPLED,
            );
          }
        },
      ),
    );
  });

  test('the last id below the bound is sampled, the first one at it is not', () => {
    const ours = createWordSampler({ name: 'traceidratio', ratio: 0.5 })!;
    const theirs = new TraceIdRatioBasedSampler(0.5);
    const bound = Math.floor(0.5 * 0xffffffff);
    for (const value of [bound - 1, bound, bound + 1]) {
      const id = `${'0'.repeat(24)}${value.toString(16).padStart(8, '0')}`;
      expect(ours.isSampled(ParentKind.None, ...words(id))).toBe(value < bound);
      expect(theirs.shouldSample(ROOT_CONTEXT, id).decision === SamplingDecision.RECORD_AND_SAMPLED).toBe(
        value < bound,
      );
    }
  });

  test('takes about its share of the traces that the tracer makes', () => {
    const rig = new RecordingRig({ sampler: { name: 'traceidratio', ratio: 0.25 } });
    const tracer = rig.tracer;
    for (let i = 0; i < 4000; i++) tracer.startSpan('x', { root: true }).end();
    // Six standard deviations of a binomial.
    expect(Math.abs(rig.take().length - 1000)).toBeLessThan(6 * Math.sqrt(4000 * 0.25 * 0.75));
  });
});

const SAMPLERS = [
  ['always_on', true, true, true],
  ['always_off', false, false, false],
  ['parentbased_always_on', true, true, false],
  ['parentbased_always_off', false, true, false],
] as const;

describe.each(SAMPLERS)('%s', (name, root, sampledParent, unsampledParent) => {
  const started = (context = ROOT_CONTEXT) => {
    const rig = new RecordingRig({ sampler: { name } });
    const span = rig.tracer.startSpan('x', {}, context);
    span.end();
    expect(rig.take()).toHaveLength(span.isRecording() || span.spanContext().traceFlags & 1 ? 1 : 0);
    return (span.spanContext().traceFlags & 1) === 1;
  };

  test(`a root ${root ? 'is' : 'is not'} sampled`, () => {
    expect(started()).toBe(root);
  });

  test.each([true, false])('a parent decides as the table says, isRemote: %s', (isRemote) => {
    expect(started(contextWithParent({ traceFlags: 1, isRemote }))).toBe(sampledParent);
    expect(started(contextWithParent({ traceFlags: 0, isRemote }))).toBe(unsampledParent);
  });

  test('a parent of our own decides as the table says', () => {
    const rig = new RecordingRig({ sampler: { name } });
    const parent = rig.tracer.startSpan('parent');
    const child = rig.tracer.startSpan('child', {}, trace.setSpan(ROOT_CONTEXT, parent));
    expect(child.spanContext().traceFlags & 1).toBe(root ? 1 : 0);
    expect(child.isRecording()).toBe(root);
  });
});

test('parent-based ratio asks the ratio for roots only', () => {
  const sampler = createWordSampler({ name: 'parentbased_traceidratio', ratio: 0 })!;
  expect(sampler.isSampled(ParentKind.None, 0, 0, 0, 0)).toBe(false);
  expect(sampler.isSampled(ParentKind.LocalSampled, -1, 0, 0, 0)).toBe(true);
  expect(sampler.isSampled(ParentKind.LocalNotSampled, 0, 0, 0, 0)).toBe(false);
  expect(sampler.description).toContain('ParentBased{root=TraceIdRatioBased{0}');
});
