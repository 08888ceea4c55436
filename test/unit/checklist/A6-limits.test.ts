// Checklist A6: limits and dropped counts, for both ways of recording.

import { describe, expect, test } from 'vitest';
import { createProcessResource } from '../../../src/main/resource/process-resource.js';
import { TracerProvider } from '../../../src/main/sdk/tracer-provider.js';
import { decodeResourceBlob } from '../../../src/shared/codec/blob-decoder.js';
import { resolveConfig } from '../../../src/shared/config/resolve.js';
import { VALUE_LENGTH_UNLIMITED } from '../../../src/shared/limits.js';
import { SUBJECTS } from '../../support/checklist-subjects.js';
import { collectDiagMessages } from '../../support/diag-messages.js';
import { RecordedProcessor } from '../../support/recorded-processor.js';

const LINK = { context: { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 } };

function many(count: number): Record<string, number> {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, i]));
}

/** Arrays in arrays; the innermost one, at `depth`, holds a string. */
function nested(depth: number): unknown {
  let value: unknown = 'bottom';
  for (let i = 0; i < depth; i++) value = [value];
  return value;
}

function depthOf(value: unknown): number {
  let depth = 0;
  for (let inner = value; Array.isArray(inner); inner = inner[0]) depth++;
  return depth;
}

function bottomOf(value: unknown): unknown {
  let inner = value;
  while (Array.isArray(inner)) inner = inner[0];
  return inner;
}

describe.each(SUBJECTS)('$name', ({ create }) => {
  test('A6.1 by default 128 attributes, events, links, and attributes of each event and link are kept', () => {
    const { provider, takeOne } = create();
    const span = provider.getTracer('test').startSpan('work', { attributes: many(129) });
    for (let i = 0; i < 129; i++) {
      span.addEvent(`e${i}`, i === 0 ? many(129) : undefined);
      span.addLink(i === 0 ? { ...LINK, attributes: many(129) } : LINK);
    }
    span.end();
    const ended = takeOne();
    expect(Object.keys(ended.attributes)).toHaveLength(128);
    expect(ended.events).toHaveLength(128);
    expect(ended.links).toHaveLength(128);
    expect(Object.keys(ended.events[0]?.attributes ?? {})).toHaveLength(128);
    expect(Object.keys(ended.links[0]?.attributes ?? {})).toHaveLength(128);
    expect(ended).toMatchObject({ droppedAttributes: 1, droppedEvents: 1, droppedLinks: 1 });
    expect(ended.events[0]?.droppedAttributes).toBe(1);
    expect(ended.links[0]?.droppedAttributes).toBe(1);
  });

  test('A6.1 values have no length limit by default', () => {
    const { provider, takeOne } = create();
    provider.getTracer('test').startSpan('work').setAttribute('text', 'x'.repeat(100_000)).end();
    expect(takeOne().attributes.text).toBe('x'.repeat(100_000));
  });

  test('A6.2 strings are cut by characters and bytes by bytes, also inside arrays and maps; numbers are not', () => {
    const { provider, takeOne } = create({ spanLimits: { attributeValueLengthLimit: 3 } });
    provider
      .getTracer('test')
      .startSpan('work', { attributes: { start: 'abcd' } })
      .setAttributes({
        text: 'äöüß',
        bytes: new Uint8Array([1, 2, 3, 4]),
        list: ['abcd', 12345],
        map: { text: 'abcd', deeper: { bytes: new Uint8Array([1, 2, 3, 4]) } },
        number: 12345.678,
      })
      .addEvent('event', { text: 'abcd' })
      .addLink({ ...LINK, attributes: { text: 'abcd' } })
      .end();
    const ended = takeOne();
    expect(ended.attributes).toEqual({
      start: 'abc',
      text: 'äöü',
      bytes: new Uint8Array([1, 2, 3]),
      list: ['abc', 12345],
      map: { text: 'abc', deeper: { bytes: new Uint8Array([1, 2, 3]) } },
      number: 12345.678,
    });
    expect(ended.events[0]?.attributes).toEqual({ text: 'abc' });
    expect(ended.links[0]?.attributes).toEqual({ text: 'abc' });
  });

  test('A6.2 a text cut in the middle of a surrogate pair loses the whole of it', () => {
    const { provider, takeOne } = create({ spanLimits: { attributeValueLengthLimit: 2 } });
    provider
      .getTracer('test')
      .startSpan('work', { attributes: { a: 'x\u{1f600}', b: '\u{1f600}y' } })
      .end();
    expect(takeOne().attributes).toEqual({ a: 'x', b: '\u{1f600}' });
  });

  test('A6.2 0 is a limit: texts and bytes become empty', () => {
    const { provider, takeOne } = create({ spanLimits: { attributeValueLengthLimit: 0 } });
    provider
      .getTracer('test')
      .startSpan('work', { attributes: { text: 'abc', bytes: new Uint8Array(3), list: ['abc'], number: 7 } })
      .end();
    expect(takeOne().attributes).toEqual({ text: '', bytes: new Uint8Array(0), list: [''], number: 7 });
  });

  test('A6.1 0 is a limit of every count', () => {
    const { provider, takeOne } = create({
      spanLimits: { attributeCountLimit: 0, eventCountLimit: 0, linkCountLimit: 0 },
    });
    const span = provider.getTracer('test').startSpan('work', { attributes: { a: 1 }, links: [LINK] });
    span.setAttribute('b', 2).addEvent('event').addLink(LINK).end();
    expect(takeOne()).toMatchObject({
      ...{ attributes: {}, events: [], links: [] },
      ...{ droppedAttributes: 2, droppedEvents: 1, droppedLinks: 2 },
    });
  });

  test('A6.1 0 is a limit of the attributes of an event and a link', () => {
    const { provider, takeOne } = create({
      spanLimits: { attributePerEventCountLimit: 0, attributePerLinkCountLimit: 0 },
    });
    provider
      .getTracer('test')
      .startSpan('work')
      .addEvent('event', { a: 1 })
      .addLink({ ...LINK, attributes: { a: 1, b: 2 } })
      .end();
    const { events, links } = takeOne();
    expect(events).toMatchObject([{ attributes: {}, droppedAttributes: 1 }]);
    expect(links).toMatchObject([{ attributes: {}, droppedAttributes: 2 }]);
  });

  test('A6.3 an array at depth 64 is kept, and one at depth 65 becomes empty', () => {
    const { provider, takeOne } = create();
    provider
      .getTracer('test')
      .startSpan('work', { attributes: { kept: nested(64), cut: nested(65) } })
      .end();
    const { kept, cut } = takeOne().attributes;
    expect([depthOf(kept), bottomOf(kept)]).toEqual([64, 'bottom']);
    expect([depthOf(cut), bottomOf(cut)]).toEqual([64, null]);
  });

  test('A6.3 the depth limit can be set: 1 keeps a list of numbers and empties what is in it', () => {
    const { provider, takeOne } = create({ spanLimits: { attributeDepthLimit: 1 } });
    provider
      .getTracer('test')
      .startSpan('work', { attributes: { list: [1, [2]], map: { a: 1, b: { c: 1 } } } })
      .end();
    expect(takeOne().attributes).toEqual({ list: [1, null], map: { a: 1, b: null } });
  });

  test('A6.3 a value 100,000 levels deep, or one that holds itself, ends at the limit', () => {
    const { provider, takeOne } = create();
    const cyclic: unknown[] = [];
    cyclic.push(cyclic);
    provider
      .getTracer('test')
      .startSpan('work', { attributes: { deep: nested(100_000), cyclic } })
      .end();
    const { deep, cyclic: copied } = takeOne().attributes;
    expect([depthOf(deep), depthOf(copied)]).toEqual([64, 64]);
  });

  test('A6.4 past the count limit new keys are refused and counted, and known ones are still overwritten', () => {
    const { provider, takeOne } = create({ spanLimits: { attributeCountLimit: 2 } });
    const span = provider
      .getTracer('test')
      .startSpan('work', { attributes: { a: 1, b: { x: 1, y: 2, z: 3 } } });
    span
      .setAttribute('c', 3)
      .setAttributes({ a: 10, d: 4, e: [5], f: null })
      .setAttribute('b', [6])
      .end();
    const { attributes, droppedAttributes } = takeOne();
    expect([attributes, droppedAttributes]).toEqual([{ a: 10, b: [6] }, 4]);
  });

  test('A6.6 a link brings its own count of dropped attributes along', () => {
    const { provider, takeOne } = create();
    const link = { ...LINK, attributes: { a: 1 }, droppedAttributesCount: 3 };
    provider
      .getTracer('test')
      .startSpan('work', { links: [link] })
      .addLink(link)
      .end();
    expect(takeOne().links.map((each) => each.droppedAttributes)).toEqual([3, 3]);
  });

  test('A6.6 an attribute without an OTLP form counts as dropped, at the start and later', () => {
    const { provider, takeOne } = create();
    const span = provider.getTracer('test').startSpan('work', { attributes: { a: 1, b: Symbol('b') } });
    span.setAttribute('c', () => {}).end();
    expect(takeOne()).toMatchObject({ attributes: { a: 1 }, droppedAttributes: 2 });
  });

  test('A6.7 over the limit the event or link that comes in is the one discarded', () => {
    const { provider, takeOne } = create({ spanLimits: { eventCountLimit: 2, linkCountLimit: 1 } });
    const other = { context: { ...LINK.context, spanId: '3'.repeat(16) } };
    const span = provider.getTracer('test').startSpan('work', { links: [LINK, other] });
    span.addEvent('first').addEvent('second').addEvent('third').addLink(other).end();
    const ended = takeOne();
    expect(ended.events.map((event) => event.name)).toEqual(['first', 'second']);
    expect(ended.links.map((link) => link.spanId)).toEqual([LINK.context.spanId]);
    expect(ended).toMatchObject({ droppedEvents: 1, droppedLinks: 2 });
  });

  test("A6.10 the caller's arrays, maps and bytes are copied when they are given", () => {
    const { provider, takeOne } = create();
    const list = [1, 2];
    const map = { a: { b: 1 } };
    const bytes = new Uint8Array([1, 2]);
    const span = provider.getTracer('test').startSpan('work', { attributes: { list, map, bytes } });
    span.addEvent('event', { list });
    list.push(3);
    map.a.b = 2;
    bytes[0] = 9;
    span.end();
    const ended = takeOne();
    expect(ended.attributes).toEqual({ list: [1, 2], map: { a: { b: 1 } }, bytes: new Uint8Array([1, 2]) });
    expect(ended.events[0]?.attributes).toEqual({ list: [1, 2] });
  });

  describe('A6.8 discarding', () => {
    const messages = collectDiagMessages();

    test('A6.8 is told once for each span, and not for spans that lost nothing', () => {
      const { provider } = create({
        spanLimits: { attributeCountLimit: 1, eventCountLimit: 1, linkCountLimit: 1 },
      });
      const tracer = provider.getTracer('test');
      for (const name of ['first', 'second']) {
        const span = tracer.startSpan(name, { attributes: many(5), links: [LINK, LINK, LINK] });
        span.addEvent('a').addEvent('b').addEvent('c').end();
      }
      tracer.startSpan('third', { attributes: { a: 1 } }).end();
      expect(messages).toEqual([
        expect.stringMatching(/discarded.*first/),
        expect.stringMatching(/discarded.*second/),
      ]);
    });
  });
});

test('A6.1 a limit with a fraction is the whole number below it', () => {
  const processor = new RecordedProcessor();
  const spanLimits = { attributeCountLimit: 1.9, attributeValueLengthLimit: 2.9, eventCountLimit: 0.9 };
  const provider = new TracerProvider({ spanProcessors: [processor], spanLimits });
  const span = provider.getTracer('test').startSpan('work', { attributes: { a: 'abcd', b: 1 } });
  span.addEvent('e').end();
  expect(processor.ended).toMatchObject([{ attributes: { a: 'ab' }, events: [], droppedEventsCount: 1 }]);
});

describe('A6.5 which limit counts', () => {
  const limits = (environment: Record<string, string>) =>
    resolveConfig({}, environment, 'lenient').config.spanLimits;

  test.each([
    [
      'the specific one beats the general one',
      { OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: '5', OTEL_ATTRIBUTE_COUNT_LIMIT: '7' },
      5,
    ],
    [
      'even where it is larger',
      { OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: '500', OTEL_ATTRIBUTE_COUNT_LIMIT: '7' },
      500,
    ],
    ['the general one counts where there is none', { OTEL_ATTRIBUTE_COUNT_LIMIT: '7' }, 7],
    ['without both the default', {}, 128],
  ])('A6.5 %s', (_what, environment, count) => {
    expect(limits(environment).attributeCountLimit).toBe(count);
  });

  test('A6.5 for the length of values, too, whose default is none', () => {
    const specific = { OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT: '5' };
    const general = { OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: '7' };
    expect(limits({ ...specific, ...general }).attributeValueLengthLimit).toBe(5);
    expect(limits(general).attributeValueLengthLimit).toBe(7);
    expect(limits({}).attributeValueLengthLimit).toBe(VALUE_LENGTH_UNLIMITED);
  });
});

test('A6.9 attributes of the resource have no limit of spans', () => {
  const many = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`key ${i}`, 'a long value']));
  const { config } = resolveConfig(
    { resourceAttributes: many, spanLimits: { attributeCountLimit: 1, attributeValueLengthLimit: 1 } },
    {},
    'strict',
  );
  const blob = createProcessResource(config, undefined, undefined).blob();
  const attributes = new Map(decodeResourceBlob(blob)?.attributes.map(({ key, value }) => [key, value]));
  for (const key of Object.keys(many)) expect(attributes.get(key)).toMatchObject({ value: 'a long value' });
});
