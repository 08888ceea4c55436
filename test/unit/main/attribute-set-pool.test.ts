// Attribute sets go from ended spans to new ones: nothing of one span may show in another.

import type { Span } from '@opentelemetry/api';
import { expect, test } from 'vitest';
import { plainAttributes, RecordingRig } from '../../support/recording-rig.js';

test('a new span has nothing of the ended one whose set it got', () => {
  // A low limit: a set whose row of values has grown past 32 is not used again.
  const rig = new RecordingRig({ spanLimits: { attributeCountLimit: 3 } });
  rig.tracer.startSpan('many', { attributes: { a: 0, b: 0, c: 0, d: 0, e: 0 } }).end();
  rig.tracer.startSpan('few', { attributes: { a: 1, b: 2 } }).end();
  rig.tracer.startSpan('none').end();
  rig.tracer.startSpan('one', { attributes: { a: 'x' } }).end();
  expect(rig.take().map((span) => [plainAttributes(span), span.droppedAttributes])).toEqual([
    [{ a: 0, b: 0, c: 0 }, 2],
    [{ a: 1, b: 2 }, 0],
    [{}, 0],
    [{ a: 'x' }, 0],
  ]);
});

test.each([
  ['setAttributes', (span: Span, getter: object) => span.setAttributes(getter as never)],
  ['setAttribute', (span: Span, getter: object) => span.setAttribute('map', getter as never)],
])('a getter inside %s that ends the span does not write into the next one', (_name, set) => {
  const rig = new RecordingRig();
  const open: Span[] = [];
  const ending = rig.tracer.startSpan('ending');
  set(ending, {
    get first() {
      ending.end();
      open.push(rig.tracer.startSpan('next'));
      return 1;
    },
    second: 2,
  });
  open[0].setAttribute('own', true);
  open[0].end();
  const next = rig.take().find((span) => span.name === 'next');
  expect(next === undefined ? undefined : plainAttributes(next)).toEqual({ own: true });
});

test('three hundred open spans at a time, ended in any order, keep their own attributes', () => {
  const rig = new RecordingRig();
  for (let round = 0; round < 3; round++) {
    const spans = Array.from({ length: 300 }, (_, i) =>
      rig.tracer.startSpan(`${i}`, { attributes: { round, i, text: `t${i}` } }),
    );
    for (let i = 0; i < 300; i++) spans[(i * 7) % 300].end();
    for (const span of rig.take()) {
      expect(plainAttributes(span)).toEqual({ round, i: Number(span.name), text: `t${span.name}` });
    }
  }
  expect(rig.stats).toMatchObject({ recorded: 900, droppedTotal: 0 });
});
