// Both behaviours of each intended difference, side by side. Test names begin with the difference's name in
// docs/differences.md, and each name there has a test here.

import { readdirSync, readFileSync } from 'node:fs';
import {
  createContextKey,
  createTraceState,
  diag,
  ROOT_CONTEXT,
  type Span,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { TracerProvider as OfficialProvider } from '@opentelemetry/sdk-trace';
import { afterEach, expect, test, vi } from 'vitest';
import { TracerProvider as SdkProvider } from '../../src/main/sdk/tracer-provider.js';
import type { NormalSpan } from '../support/otlp-decoder.js';
import { contextWithParent, RecordingRig } from '../support/recording-rig.js';
import { onBoth, oneOnBoth } from './both.js';
import { ORIGIN_UNIX_MILLIS } from './test-clock.js';

afterEach(() => diag.disable());

const shown = new Set<string>();

function difference(name: string, sentence: string, body: () => void | Promise<void>): void {
  shown.add(name);
  test(`${name}: ${sentence}`, body);
}

/** Attributes as entries of plain JSON, in order of their keys. */
function attributesOf({ attributes }: { attributes: NormalSpan['attributes'] }): unknown {
  return Object.fromEntries(attributes.map(({ key, value }) => [`"${key}"`, value]));
}

function span(body: (span: Span) => void, options: object = {}, limits: object = {}) {
  return oneOnBoth({
    limits,
    call: (tracer) => {
      const started = tracer.startSpan('x', options);
      body(started);
      started.end();
    },
  });
}

const LINK_CONTEXT = { traceId: '1'.repeat(32), spanId: '1'.repeat(16), traceFlags: 1 };

difference('incoming-dropped', 'past the limit the new event or link is dropped, there the oldest', () => {
  const { official, offloop } = span(
    (open) => {
      for (const name of ['first', 'second', 'third']) open.addEvent(name);
      for (const digit of ['1', '2', '3']) {
        open.addLink({ context: { ...LINK_CONTEXT, spanId: digit.repeat(16) } });
      }
    },
    {},
    { eventCountLimit: 2, linkCountLimit: 2 },
  );
  expect(offloop.events.map(({ name }) => name)).toEqual(['first', 'second']);
  expect(official.events.map(({ name }) => name)).toEqual(['second', 'third']);
  expect(offloop.links.map(({ spanId }) => spanId[0])).toEqual(['1', '2']);
  expect(official.links.map(({ spanId }) => spanId[0])).toEqual(['2', '3']);
  expect([offloop.droppedEvents, offloop.droppedLinks]).toEqual([1, 1]);
  expect([official.droppedEvents, official.droppedLinks]).toEqual([1, 1]);
});

difference('depth-limit', 'what lies deeper than the limit is empty, there nothing limits depth', () => {
  const { official, offloop } = span(
    (open) => open.setAttribute('a', [[[1]]] as never),
    {},
    { attributeDepthLimit: 2 },
  );
  expect(attributesOf(offloop)).toEqual({ '"a"': { array: [{ array: [{ empty: true }] }] } });
  expect(attributesOf(official)).toEqual({ '"a"': { array: [{ array: [{ array: [{ int: '1' }] }] }] } });
});

difference(
  'cyclic-values',
  'a value that contains itself is cut at the depth limit, there it is left out',
  () => {
    const cyclic: unknown[] = [];
    cyclic.push(cyclic);
    const { official, offloop } = span(
      (open) => open.setAttribute('a', cyclic as never),
      {},
      { attributeDepthLimit: 2 },
    );
    expect(attributesOf(offloop)).toEqual({ '"a"': { array: [{ array: [{ empty: true }] }] } });
    expect(attributesOf(official)).toEqual({});
  },
);

difference('item-bound', 'a value of more than 65,536 items is cut, there nothing limits it', () => {
  const { official, offloop } = span((open) => open.setAttribute('a', new Array(65_537).fill(0)));
  const items = (of: NormalSpan) => (of.attributes[0]!.value as { array: unknown[] }).array.length;
  expect([items(offloop), items(official)]).toEqual([65_536, 65_537]);
});

difference('length-limit-zero', 'a length limit of 0 leaves empty values, there it is refused', () => {
  const { official, offloop } = span(
    (open) => open.setAttribute('a', 'text'),
    {},
    { attributeValueLengthLimit: 0 },
  );
  expect(attributesOf(offloop)).toEqual({ '"a"': { string: '' } });
  expect(attributesOf(official)).toEqual({ '"a"': { string: 'text' } });
});

difference('whole-characters', 'a cut text keeps no half of a surrogate pair, there it does', () => {
  const { official, offloop } = span(
    (open) => open.setAttribute('a', 'x😀'),
    {},
    { attributeValueLengthLimit: 2 },
  );
  expect(attributesOf(offloop)).toEqual({ '"a"': { string: 'x' } });
  expect(attributesOf(official)).toEqual({ '"a"': { string: 'x\ufffd' } });
});

difference(
  'random-flag',
  'a root says that its trace id is random, a child what its parent says; there nobody does',
  () => {
    const flags = (of: NormalSpan) => of.flags & 0xff;
    const root = span(() => {});
    expect([flags(root.offloop), flags(root.official)]).toEqual([3, 1]);
    for (const [traceFlags, kept] of [
      [3, 3],
      [1, 1],
    ]) {
      const child = oneOnBoth({
        call: (tracer) => tracer.startSpan('x', {}, contextWithParent({ traceFlags })).end(),
      });
      expect([flags(child.offloop), flags(child.official)]).toEqual([kept, 1]);
    }
  },
);

difference('lower-case-ids', 'a parent in upper case has children in lower case, there in upper case', () => {
  const parent = contextWithParent({ traceId: 'AB'.repeat(16) });
  const traceIdOf = (tracer: Tracer) => tracer.startSpan('x', {}, parent).spanContext().traceId;
  expect(traceIdOf(new RecordingRig().tracer)).toBe('ab'.repeat(16));
  expect(traceIdOf(new OfficialProvider().getTracer('x'))).toBe('AB'.repeat(16));
});

difference(
  'invalid-times',
  'what is no time between 1970 and 2554 is now, there it is exported as it comes',
  () => {
    const now = BigInt(ORIGIN_UNIX_MILLIS + 10_000) * 1_000_000n;
    for (const time of [Number.NaN, new Date(Number.NaN), [-5, 0], -60_000, 1e17]) {
      const { official, offloop } = span((open) => open.addEvent('e', time as never));
      expect(offloop.events[0]!.time).toBe(String(now));
      expect(official.events[0]!.time, String(time)).not.toBe(String(now));
    }
  },
);

difference('time-carry', 'nanoseconds above a second are carried before start and end are compared', () => {
  const start = [1_790_000_000, 1_500_000_000];
  const { official, offloop } = oneOnBoth({
    call: (tracer) => tracer.startSpan('x', { startTime: start as never }).end([1_790_000_001, 400_000_000]),
  });
  expect(offloop.end).toBe(offloop.start);
  expect(offloop.start).toBe('1790000001500000000');
  expect(BigInt(official.end) < BigInt(official.start)).toBe(true);
});

difference(
  'clock-step',
  'after a monotonic start time durations follow the monotonic clock, there the wall clock',
  () => {
    const { official, offloop } = oneOnBoth({
      call: (tracer, clock) => {
        const open = tracer.startSpan('x', { startTime: clock.millis });
        clock.millis += 5;
        clock.wallShiftMillis += 3_600_000;
        open.end();
      },
    });
    const durationMillis = (of: NormalSpan) => Number((BigInt(of.end) - BigInt(of.start)) / 1_000_000n);
    expect([durationMillis(offloop), durationMillis(official)]).toEqual([5, 3_600_005]);
  },
);

difference('wrong-arguments', 'what makes no sense has a default, there it throws or is exported', () => {
  const throwing: readonly ((tracer: Tracer) => void)[] = [
    (tracer) => tracer.startSpan('x', null as never),
    (tracer) => tracer.startSpan('x', { links: {} as never }),
    (tracer) => tracer.startSpan('x', { links: [null as never] }),
    (tracer) => tracer.startSpan('x').setAttribute(undefined as never, 1),
    (tracer) => tracer.startSpan('x').setStatus(null as never),
    (tracer) => tracer.startSpan('x').addLink(null as never),
    (tracer) => tracer.startSpan('x').addLinks(null as never),
    (tracer) => tracer.startSpan('x').recordException(Object.create(null)),
    (tracer) => tracer.startActiveSpan('x', {}, ROOT_CONTEXT, null as never),
  ];
  for (const call of throwing) {
    expect(onBoth({ call }).thrown, String(call)).toBeInstanceOf(TypeError);
  }
  const { official, offloop } = span(
    (open) => {
      open.setStatus({ code: 7 as never });
    },
    { kind: 99 },
  );
  expect([offloop.kind, offloop.status.code]).toEqual([1, 0]);
  expect([official.kind, official.status.code]).toEqual([100, 7]);
  const nameless = (tracer: Tracer) => tracer.startSpan(undefined as never).end();
  expect(() => onBoth({ call: nameless }), 'the whole batch cannot be encoded').toThrow(TypeError);
  const rig = new RecordingRig();
  nameless(rig.tracer);
  expect(rig.takeOne().name).toBe('');
});

difference('link-ids', 'a link with ids that are none is dropped and counted, there it is exported', () => {
  const { official, offloop } = span((open) =>
    open.addLink({ context: { traceId: 'no id', spanId: 'no id', traceFlags: 0 } }),
  );
  expect([offloop.links.length, offloop.droppedLinks]).toEqual([0, 1]);
  expect([official.links.length, official.droppedLinks]).toEqual([1, 0]);
});

difference('link-counts', 'a link keeps the dropped count it was given with, there it loses it', () => {
  const link = { context: LINK_CONTEXT, attributes: { a: 1 }, droppedAttributesCount: 3 };
  const { official, offloop } = span((open) => open.addLink(link));
  expect([offloop.links[0]!.droppedAttributes, official.links[0]!.droppedAttributes]).toEqual([3, 0]);
});

difference(
  'event-attributes',
  'events take every kind of value, there strings, numbers, booleans and arrays of one of them',
  () => {
    const attributes = { map: { a: 1 }, mixed: [1, 'a'], empty: null, bytes: new Uint8Array([1]), text: 't' };
    const { official, offloop } = span((open) => open.addEvent('e', attributes as never));
    expect(offloop.events[0]!.attributes.map(({ key }) => key)).toEqual([
      'bytes',
      'empty',
      'map',
      'mixed',
      'text',
    ]);
    expect(official.events[0]!.attributes.map(({ key }) => key)).toEqual(['text']);
  },
);

difference('scope-attributes', 'a scope has its attributes, there they are not looked at', () => {
  const { official, offloop } = onBoth({
    scope: { attributes: { a: 'x' } },
    call: (tracer) => tracer.startSpan('x').end(),
  });
  expect(attributesOf(offloop[0]!.scope)).toEqual({ '"a"': { string: 'x' } });
  expect(attributesOf(official[0]!.scope)).toEqual({});
});

difference(
  'discarded-counts',
  'an attribute without OTLP form counts as dropped wherever it was given, there not in setAttribute',
  () => {
    const { official, offloop } = span((open) =>
      open.setAttribute('a', Symbol('s') as never).setAttribute('', 1),
    );
    expect([offloop.droppedAttributes, official.droppedAttributes]).toEqual([2, 0]);
    const atStart = span(() => {}, { attributes: { a: Symbol('s'), '': 1 } });
    expect([atStart.offloop.droppedAttributes, atStart.official.droppedAttributes]).toEqual([2, 2]);
  },
);

difference(
  'parts-without-form',
  'a part without OTLP form is left out of its map, and empty in its array; there the whole value goes',
  () => {
    const { official, offloop } = span((open) =>
      open.setAttributes({ map: { kept: 1, date: new Date() }, array: [1, () => {}] } as never),
    );
    expect(attributesOf(offloop)).toEqual({
      '"map"': { map: [{ key: 'kept', value: { int: '1' } }] },
      '"array"': { array: [{ int: '1' }, { empty: true }] },
    });
    expect(attributesOf(official)).toEqual({});
  },
);

difference('more-kinds', 'bigints and array buffers are values, there they are refused', () => {
  const { official, offloop } = span((open) =>
    open.setAttributes({ big: 2n ** 53n - 1n, buffer: new Uint8Array([1]).buffer } as never),
  );
  expect(attributesOf(offloop)).toEqual({
    '"big"': { int: '9007199254740991' },
    '"buffer"': { bytes: 'AQ==' },
  });
  expect(attributesOf(official)).toEqual({});
});

difference('object-keys', '__proto__ and constructor are keys like any other, there they are not', () => {
  const { official, offloop } = span((open) => {
    open.setAttributes(JSON.parse('{"__proto__":"x"}'));
    open.setAttribute('map', { constructor: 1 } as never);
  });
  expect(attributesOf(offloop)).toEqual({
    '"__proto__"': { string: 'x' },
    '"map"': { map: [{ key: 'constructor', value: { int: '1' } }] },
  });
  expect(attributesOf(official)).toEqual({});
});

difference(
  'exception-parts',
  'name, message, stack and code of an exception that are no texts are not taken, there they are',
  () => {
    const { official, offloop } = span((open) =>
      open.recordException({ name: 'E', message: 42, code: {} } as never),
    );
    expect(attributesOf(offloop.events[0]!)).toEqual({ '"exception.type"': { string: 'E' } });
    expect(attributesOf(official.events[0]!)).toEqual({
      '"exception.type"': { string: '[object Object]' },
      '"exception.message"': { int: '42' },
    });
  },
);

difference('exception-attributes', 'recordException takes attributes, which win; there it does not', () => {
  const { official, offloop } = span((open) =>
    (open.recordException as (...args: unknown[]) => void)('broken', undefined, {
      'exception.message': 'mine',
      a: 1,
    }),
  );
  expect(attributesOf(offloop.events[0]!)).toEqual({
    '"exception.message"': { string: 'mine' },
    '"a"': { int: '1' },
  });
  expect(attributesOf(official.events[0]!)).toEqual({ '"exception.message"': { string: 'broken' } });
});

difference(
  'after-shutdown',
  'tracers taken after the shutdown record nothing, there they go on',
  async () => {
    const rig = new RecordingRig();
    rig.close();
    const providers = [rig.provider, new SdkProvider(), new OfficialProvider()];
    await Promise.all(providers.slice(1).map((provider) => (provider as OfficialProvider).shutdown()));
    const recording = providers.map((provider) => provider.getTracer('x').startSpan('x').isRecording());
    expect(recording).toEqual([false, false, true]);
  },
);

difference('enabled', 'tracers say whether they are enabled, there they have no such method', () => {
  const [runtime, sdk, official] = [
    new RecordingRig().provider,
    new SdkProvider(),
    new OfficialProvider(),
  ].map((provider) => provider.getTracer('x') as unknown as { enabled?(): boolean });
  expect([runtime!.enabled?.(), sdk!.enabled?.(), official!.enabled]).toEqual([true, false, undefined]);
});

difference(
  'misuse-said-once',
  'a misuse is said once in a minute and without an Error object, there each time with one',
  () => {
    const lines = (tracer: Tracer): unknown[][] => {
      const warn = vi.fn();
      diag.setLogger({ warn, error: warn, info: () => {}, debug: () => {}, verbose: () => {} });
      const ended = tracer.startSpan('x');
      ended.end();
      for (let i = 0; i < 5; i++) ended.updateName('y');
      diag.disable();
      return warn.mock.calls;
    };
    const ours = lines(new RecordingRig().tracer);
    const theirs = lines(new OfficialProvider().getTracer('x'));
    expect(ours.length).toBeLessThanOrEqual(1);
    expect(ours.flat().some((part) => part instanceof Error)).toBe(false);
    expect(theirs).toHaveLength(5);
    expect(theirs.flat().some((part) => part instanceof Error)).toBe(true);
  },
);

difference('plug-in-errors', 'what a plug-in throws does not reach the caller, there it does', () => {
  const processor = {
    onStart: () => {
      throw new Error('of the plug-in');
    },
    onEnd: () => {},
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  const start = (provider: { getTracer(name: string): Tracer }) => () =>
    provider.getTracer('x').startSpan('x');
  expect(start(new SdkProvider({ spanProcessors: [processor] }))).not.toThrow();
  expect(start(new OfficialProvider({ spanProcessors: [processor] }))).toThrow('of the plug-in');
});

difference(
  'hostile-parents',
  'a parent or trace state that throws is left out, there it reaches the caller',
  () => {
    const key = createContextKey('OpenTelemetry Context Key SPAN');
    const throwing = ROOT_CONTEXT.setValue(key, {
      spanContext: () => {
        throw new Error('hostile');
      },
    });
    const start = (tracer: Tracer) => () => tracer.startSpan('x', {}, throwing);
    expect(start(new RecordingRig().tracer)).not.toThrow();
    expect(start(new SdkProvider().getTracer('x'))).not.toThrow();
    expect(start(new OfficialProvider().getTracer('x'))).toThrow('hostile');
    expect(trace.getSpan(throwing)).toBeDefined();
    expect(createTraceState('a=1').get('a')).toBe('1');
  },
);

test('docs/differences.md lists exactly these differences, each with the checklist line and the reason', () => {
  const text = readFileSync(new URL('../../docs/differences.md', import.meta.url), 'utf8');
  const rows = [...text.matchAll(/^\| `([a-z-]+)` *\| *([A-Z0-9., ]+?) *\| (.+?) \| (.+?) \| (.+?) \|$/gm)];
  expect(rows.map(([, name]) => name).toSorted()).toEqual([...shown].toSorted());
  for (const [line, , id] of rows) expect(id, line).toMatch(/^[A-J]\d+(\.\d+)?(, [A-J]\d+(\.\d+)?)*$/);
});

test('docs/differences.md names tests of the checklist that exist', () => {
  const text = readFileSync(new URL('../../docs/differences.md', import.meta.url), 'utf8');
  const around = text.slice(text.indexOf('## Around the spans'));
  const named = [...around.matchAll(/\| `([A-Z]\d+\.?\d* [^`]+)` \|$/gm)].map(([, name]) => name);
  expect(named.length).toBeGreaterThan(15);
  const tests = ['../unit/checklist/', '../process/']
    .map((path) => new URL(path, import.meta.url))
    .flatMap((folder) => readdirSync(folder).map((file) => new URL(file, folder)))
    .filter(({ pathname }) => pathname.endsWith('.test.ts'))
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n');
  expect(named.filter((name) => !tests.includes(name))).toEqual([]);
});
