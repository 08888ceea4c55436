// Random programs of API calls with random values: no exception, and every ended sampled span is in the ring whole, or was
// counted as dropped. fast-check prints the seed.

import { ROOT_CONTEXT, type Span, trace } from '@opentelemetry/api';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { setActiveRecording } from '../../../src/main/record/active-recording.js';
import { recorder } from '../../../src/main/recorder.js';
import {
  contextWithParent,
  plainAttributes,
  RecordingRig,
  SPAN_ID,
  TRACE_ID,
} from '../../support/recording-rig.js';

const anything = fc.oneof(
  fc.anything({
    withBigInt: true,
    withBoxedValues: true,
    withDate: true,
    withMap: true,
    withNullPrototype: true,
    withObjectString: true,
    withSet: true,
    withSparseArray: true,
    withTypedArray: true,
    withUnicodeString: true,
  }),
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.constantFrom(undefined, null, Symbol('s'), () => {}, Number.NaN, -1, 2 ** 60, new Date(), [1, 2]),
  fc.constant(
    new Proxy(
      {},
      {
        get: () => {
          throw new Error('hostile');
        },
      },
    ),
  ),
);

/** Right more often than not: programs of wrong calls only would never get far. */
const text = fc.oneof({ weight: 3, arbitrary: fc.string() }, { weight: 1, arbitrary: anything });
const attributes = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer(), fc.boolean(), anything)),
  },
  { weight: 1, arbitrary: anything },
);
const time = fc.oneof(fc.constant(undefined), fc.date(), fc.double({ min: 0, max: 1e13 }), anything);

const METHODS = [
  'setAttribute',
  'setAttributes',
  'addEvent',
  'addLink',
  'addLinks',
  'setStatus',
  'updateName',
  'recordException',
  'spanContext',
  'isRecording',
  'end',
] as const;

const argumentsOf: Record<(typeof METHODS)[number], fc.Arbitrary<unknown[]>> = {
  setAttribute: fc.tuple(text, anything),
  setAttributes: fc.tuple(attributes),
  addEvent: fc.tuple(text, fc.oneof(attributes, time), time),
  addLink: fc.tuple(
    fc.oneof(
      anything,
      fc.record({ context: fc.constant({ traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 1 }), attributes }),
    ),
  ),
  addLinks: fc.tuple(fc.oneof(anything, fc.array(anything, { maxLength: 5 }))),
  setStatus: fc.tuple(
    fc.oneof(anything, fc.record({ code: fc.integer({ min: -1, max: 3 }), message: text })),
  ),
  updateName: fc.tuple(text),
  recordException: fc.tuple(
    fc.oneof(
      anything,
      fc.string().map((message) => new Error(message)),
    ),
    time,
    attributes,
  ),
  spanContext: fc.constant([]),
  isRecording: fc.constant([]),
  end: fc.tuple(time),
};

const step = fc.oneof(
  fc.record({
    kind: fc.constant('start' as const),
    name: text,
    options: fc.oneof(
      anything,
      fc.record({
        attributes,
        startTime: time,
        kind: fc.integer({ min: -1, max: 6 }),
        links: anything,
        root: fc.boolean(),
      }),
    ),
    parent: fc.oneof(fc.nat(), fc.constant('remote' as const), anything),
  }),
  fc.constantFrom(...METHODS).chain((method) =>
    fc.record({
      kind: fc.constant('call' as const),
      method: fc.constant(method),
      span: fc.nat(),
      args: argumentsOf[method],
    }),
  ),
  fc.record({
    kind: fc.constant('template' as const),
    values: fc.array(anything, { maxLength: 4 }),
    start: time,
    end: time,
    parent: anything,
  }),
);

const template = recorder.template({
  name: 'template',
  attributes: [
    ['a', 'string'],
    ['b', 'int'],
    ['c', 'double'],
  ],
});

test('any program records what it ended, and throws nothing', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 3 }), (program, workers) => {
      const rig = new RecordingRig({ workers, ringBytes: 65_536, sampler: { name: 'always_on' } });
      setActiveRecording(rig.active);
      const tracer = rig.tracer;
      const spans: Span[] = [];
      const expected = new Set<string>();
      let templates = 0;
      for (const each of program) {
        if (each.kind === 'start') {
          const parent =
            spans[typeof each.parent === 'number' ? each.parent % Math.max(1, spans.length) : -1];
          const context = parent
            ? trace.setSpan(ROOT_CONTEXT, parent)
            : each.parent === 'remote'
              ? contextWithParent()
              : each.parent;
          spans.push(tracer.startSpan(each.name as never, each.options as never, context as never));
        } else if (each.kind === 'call' && spans.length > 0) {
          const span = spans[each.span % spans.length];
          (span[each.method] as (...args: unknown[]) => unknown)(...each.args);
          if (each.method === 'end') expected.add(span.spanContext().spanId);
        } else if (each.kind === 'template') {
          template.record(
            each.start as never,
            each.end as never,
            each.parent as never,
            ...(each.values as never[] as [never, never, never]),
          );
          templates++;
        }
      }
      setActiveRecording(undefined);
      const recorded = rig.take();
      expect(rig.stats.recorded).toBe(expected.size + templates);
      expect(recorded.length + rig.stats.droppedTotal).toBe(rig.stats.recorded);
      expect(rig.stats.internalErrors).toBe(0);
      expect(rig.stats.dropped.encode_failed).toBe(0);
      for (const span of recorded) {
        plainAttributes(span);
        if (span.name !== 'template') expect(expected.has(span.spanId)).toBe(true);
        expect(span.kind).toBeGreaterThanOrEqual(1);
        expect(span.kind).toBeLessThanOrEqual(5);
      }
    }),
    { numRuns: 300 },
  );
});
