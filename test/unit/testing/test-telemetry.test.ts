// The test kit under vitest: what a user's test does with it, and what it must not let through.

import { context, propagation, ROOT_CONTEXT, SpanStatusCode, trace } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { AlwaysOffSampler } from '../../../src/main/sampling/always-samplers.js';
import { TEXT_LINES_MAX } from '../../../src/main/testing/span-tree.js';
import { TestClock } from '../../../src/main/testing/test-clock.js';
import { createTestTelemetry, type TestTelemetry } from '../../../src/main/testing/test-telemetry.js';
import { OptionError } from '../../../src/shared/errors.js';

/** As an application's module does: taken once, before any test has registered anything. */
const moduleTracer = trace.getTracer('checkout', '1.0.0');

async function checkOut(): Promise<void> {
  await moduleTracer.startActiveSpan('checkout', async (span) => {
    span.setAttribute('cart.items', 3);
    await Promise.resolve();
    moduleTracer.startActiveSpan('reserve', (reserve) => {
      moduleTracer.startSpan('SELECT').end();
      reserve.end();
    });
    const charge = moduleTracer.startSpan('charge', { attributes: { 'card.brand': 'none', amount: 12.5 } });
    charge.setStatus({ code: SpanStatusCode.ERROR, message: 'declined' });
    charge.end();
    span.end();
  });
}

describe('a registered test telemetry', () => {
  let telemetry: TestTelemetry;
  beforeEach(() => {
    telemetry = createTestTelemetry().register();
  });
  afterEach(async () => {
    await telemetry.shutdown();
  });

  test('sees the spans of application code as a tree', async () => {
    await checkOut();
    expect(telemetry.tree()).toEqual([
      {
        name: 'checkout',
        children: [
          { name: 'reserve', children: [{ name: 'SELECT', children: [] }] },
          { name: 'charge', error: 'declined', children: [] },
        ],
      },
    ]);
    expect(telemetry.tree({ attributes: ['amount', 'absent'] })[0].children[1].attributes).toEqual({
      amount: 12.5,
    });
  });

  test('draws them', async () => {
    await checkOut();
    moduleTracer.startSpan('alone').end();
    expect(telemetry.treeText({ attributes: true })).toBe(
      [
        'checkout {"cart.items":3}',
        '├─ reserve',
        '│  └─ SELECT',
        '└─ charge {"card.brand":"none","amount":12.5} ERROR: declined',
        'alone',
      ].join('\n'),
    );
  });

  test('finds spans by name, their attributes, parents and children', async () => {
    await checkOut();
    await checkOut();
    expect(telemetry.spansNamed('charge')).toHaveLength(2);
    expect(telemetry.spansNamed(/^(checkout|reserve)$/)).toHaveLength(4);
    expect(telemetry.rootSpans().map((span) => span.name)).toEqual(['checkout', 'checkout']);
    const [first, second] = telemetry.spansNamed('checkout');
    expect(telemetry.childrenOf(first).map((span) => span.name)).toEqual(['reserve', 'charge']);
    expect(telemetry.parentOf(telemetry.childrenOf(second)[0])).toBe(second);
    expect(telemetry.parentOf(first)).toBeUndefined();
    telemetry.reset();
    await checkOut();
    expect(telemetry.attributesOf('checkout')).toEqual({ 'cart.items': 3 });
    expect(telemetry.childrenOf('reserve').map((span) => span.name)).toEqual(['SELECT']);
  });

  test('says what there is when the span asked for is not there, or not alone', async () => {
    await checkOut();
    expect(() => telemetry.spanNamed('chekcout')).toThrow(
      'no span is named "chekcout". Ended:\ncheckout\n├─ reserve',
    );
    await checkOut();
    expect(() => telemetry.spanNamed(/^charge/)).toThrow('2 spans are named /^charge/');
    telemetry.reset();
    moduleTracer.startSpan('never ended');
    expect(() => telemetry.attributesOf('never ended')).toThrow(
      'No span has ended.\nNot ended: "never ended"',
    );
  });

  test('knows the spans that nobody has ended', () => {
    const open = moduleTracer.startSpan('open');
    moduleTracer.startSpan('closed').end();
    expect(telemetry.openSpans.map((span) => span.name)).toEqual(['open']);
    expect(telemetry.spans.map((span) => span.name)).toEqual(['closed']);
    open.end();
    expect(telemetry.openSpans).toEqual([]);
    expect(telemetry.spans.map((span) => span.name)).toEqual(['open', 'closed']);
  });

  test('gives the same ids in every run, also after a reset', async () => {
    const ids = (): string[] =>
      telemetry.spans.map((span) => `${span.spanContext().traceId} ${span.spanContext().spanId}`);
    await checkOut();
    const first = ids();
    expect(first[0]).toBe('00000000000000000000000000000001 0000000000000001');
    expect(first[3]).toBe('00000000000000000000000000000001 0000000000000004');
    telemetry.reset();
    expect(telemetry.spans).toEqual([]);
    await checkOut();
    expect(ids()).toEqual(first);
  });

  test('lets time stand still until the test moves it', () => {
    const start = Date.UTC(2024, 0, 1) / 1000;
    const span = moduleTracer.startSpan('work');
    telemetry.clock.advance(1500);
    span.addEvent('half');
    telemetry.clock.advance(0.25);
    span.end();
    const [work] = telemetry.spans;
    expect(work.startTime).toEqual([start, 0]);
    expect(work.events[0].time).toEqual([start + 1, 500_000_000]);
    expect(work.duration).toEqual([1, 500_250_000]);
    telemetry.reset();
    moduleTracer.startSpan('again').end();
    expect(telemetry.spans[0].startTime).toEqual([start, 0]);
    expect(telemetry.spans[0].duration).toEqual([0, 0]);
  });

  test('reads times that instrumentations take from performance.now() relative to its own clock', () => {
    const span = moduleTracer.startSpan('work');
    span.addEvent('measured', undefined, performance.now());
    span.end();
    const [{ events }] = telemetry.spans;
    expect(events[0].time[0]).toBe(Date.UTC(2024, 0, 1) / 1000);
  });

  test('never shows a span that an earlier test left open', () => {
    const late = moduleTracer.startSpan('late');
    telemetry.reset();
    late.end();
    expect(telemetry.spans).toEqual([]);
    expect(telemetry.openSpans).toEqual([]);
  });

  test('waits for a span that ends later', async () => {
    const waiting = telemetry.waitForSpan('background');
    setImmediate(() => moduleTracer.startSpan('background').end());
    expect((await waiting).name).toBe('background');
    expect((await telemetry.waitForSpan(/^back/)).name).toBe('background');
  });

  test('leaves no timer behind when what it waited for has come', async () => {
    vi.useFakeTimers();
    try {
      const waiting = telemetry.waitForSpan('work');
      expect(vi.getTimerCount()).toBe(1);
      moduleTracer.startSpan('work').end();
      await waiting;
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  test('gives up waiting in time, and says what it saw', async () => {
    vi.useFakeTimers();
    try {
      const waiting = telemetry.waitForSpan('never', { timeoutMillis: 200 });
      const failure = expect(waiting).rejects.toThrow(
        'no span named "never" ended within 200 ms. Ended:\nother',
      );
      moduleTracer.startSpan('other').end();
      await vi.advanceTimersByTimeAsync(200);
      await failure;
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  test('propagates through headers', () => {
    const headers: Record<string, string> = {};
    moduleTracer.startActiveSpan('client', (client) => {
      propagation.inject(context.active(), headers);
      client.end();
    });
    expect(headers.traceparent).toBe('00-00000000000000000000000000000001-0000000000000001-01');
    moduleTracer.startSpan('server', {}, propagation.extract(ROOT_CONTEXT, headers)).end();
    expect(telemetry.tree()).toEqual([{ name: 'client', children: [{ name: 'server', children: [] }] }]);
  });
});

describe('registering', () => {
  test('leaves the API as it was when it is undone', () => {
    const telemetry = createTestTelemetry();
    telemetry.register();
    expect(trace.getTracer('x').startSpan('s').isRecording()).toBe(true);
    telemetry.unregister();
    expect(trace.getTracer('x').startSpan('s').isRecording()).toBe(false);
    expect(context.with(ROOT_CONTEXT.setValue(Symbol('k'), 1), () => context.active())).toBe(ROOT_CONTEXT);
    expect(propagation.fields()).toEqual([]);
  });

  test('tracers of modules follow from one telemetry to the next, and record nothing in between', () => {
    const first = createTestTelemetry().register();
    const held = trace.getTracer('held');
    held.startSpan('a').end();
    moduleTracer.startSpan('b').end();
    first.unregister();
    held.startSpan('between').end();
    expect(moduleTracer.startActiveSpan('between', (span) => span.isRecording())).toBe(false);
    const second = createTestTelemetry().register();
    held.startSpan('c').end();
    moduleTracer.startSpan('d').end();
    second.unregister();
    expect(first.spans.map((span) => span.name)).toEqual(['a', 'b']);
    expect(second.spans.map((span) => span.name)).toEqual(['c', 'd']);
    expect(second.spans.map((span) => span.instrumentationScope)).toEqual([
      expect.objectContaining({ name: 'held' }),
      expect.objectContaining({ name: 'checkout', version: '1.0.0' }),
    ]);
  });

  test('a second telemetry is refused while the first is registered; the first again is not', () => {
    const first = createTestTelemetry().register();
    expect(() => createTestTelemetry().register()).toThrow('another test telemetry is registered');
    expect(() => first.register()).not.toThrow();
    createTestTelemetry().unregister();
    expect(trace.getTracer('x').startSpan('s').isRecording()).toBe(true);
    first.unregister();
  });

  test.each([
    ['tracer provider', () => trace.setGlobalTracerProvider({ getTracer: () => moduleTracer })],
    [
      'propagator',
      () => propagation.setGlobalPropagator({ inject() {}, extract: (c) => c, fields: () => ['x'] }),
    ],
  ])('is refused, and undone, when the application has registered a %s', (what, occupy) => {
    occupy();
    try {
      expect(() => createTestTelemetry().register()).toThrow(`a ${what} is registered already`);
      expect(trace.getTracer('fresh').startSpan).toBeDefined();
    } finally {
      trace.disable();
      propagation.disable();
    }
    const telemetry = createTestTelemetry().register();
    moduleTracer.startSpan('works').end();
    telemetry.unregister();
    expect(telemetry.spans).toHaveLength(1);
  });
});

describe('without registering', () => {
  test('a telemetry has tracers of its own, and another seed makes other ids', () => {
    const [a, b] = [createTestTelemetry({ seed: 1 }), createTestTelemetry({ seed: 0xffff_ffff })];
    a.tracer().startSpan('a').end();
    b.tracer('name', '2').startSpan('b').end();
    expect(a.spans[0].spanContext().traceId).toBe('00000001000000000000000000000001');
    expect(b.spans[0].spanContext()).toMatchObject({
      traceId: 'ffffffff000000000000000000000001',
      spanId: 'ffffffff00000001',
      traceFlags: 1,
    });
    expect(b.spans[0].instrumentationScope).toMatchObject({ name: 'name', version: '2' });
    expect(a.spans).toHaveLength(1);
  });

  test('options of the provider hold: sampler, limits, resource, processors', () => {
    const names: string[] = [];
    const telemetry = createTestTelemetry({
      resource: resourceFromAttributes({ 'service.name': 'shop' }),
      spanLimits: { attributeCountLimit: 1 },
      spanProcessors: [
        {
          onStart: (span) => span.setAttribute('added', true),
          onEnd: (span) => names.push(span.name),
          forceFlush: async () => {},
          shutdown: async () => {},
        },
      ],
    });
    telemetry.tracer().startSpan('work').setAttribute('late', 1).end();
    expect(names).toEqual(['work']);
    expect(telemetry.attributesOf('work')).toEqual({ added: true });
    expect(telemetry.spans[0].resource.attributes).toEqual({ 'service.name': 'shop' });
    expect(createTestTelemetry({ serviceName: 'x' }).provider.resource.attributes).toEqual({
      'service.name': 'x',
    });
    const off = createTestTelemetry({ sampler: new AlwaysOffSampler() });
    off.tracer().startSpan('dropped').end();
    expect(off.spans).toEqual([]);
  });

  test('the system clock is that of fake timers, too', () => {
    vi.useFakeTimers({ now: 1_700_000_000_000 });
    try {
      const telemetry = createTestTelemetry({ clock: 'system' });
      const span = telemetry.tracer().startSpan('work');
      vi.advanceTimersByTime(250);
      span.end();
      expect(telemetry.spans[0].startTime).toEqual([1_700_000_000, 0]);
      expect(telemetry.spans[0].duration).toEqual([0, 250_000_000]);
      expect(() => telemetry.clock).toThrow('uses the system clock');
    } finally {
      vi.useRealTimers();
    }
  });

  test('two telemetries can share a clock', () => {
    const clock = new TestClock(new Date('2030-01-01T00:00:00Z'));
    const [a, b] = [createTestTelemetry({ clock }), createTestTelemetry({ clock })];
    clock.advance(1000);
    a.tracer().startSpan('a').end();
    b.tracer().startSpan('b').end();
    expect(a.spans[0].startTime).toEqual(b.spans[0].startTime);
    expect(a.spans[0].startTime).toEqual([Date.UTC(2030, 0, 1) / 1000 + 1, 0]);
  });

  test.each([
    ['a seed below 0', () => createTestTelemetry({ seed: -1 })],
    ['a seed of more than 32 bits', () => createTestTelemetry({ seed: 2 ** 32 })],
    ['a clock that starts at no time', () => new TestClock(Number.NaN)],
    ['a clock that goes back', () => new TestClock().advance(-1)],
  ])('%s is refused', (_, construct) => {
    expect(construct).toThrow(OptionError);
  });

  test('many spans that end at once are all there, and what is drawn of a chain of 20000 ends with a word about the rest', () => {
    const telemetry = createTestTelemetry();
    const tracer = telemetry.tracer();
    let parent = ROOT_CONTEXT;
    for (let i = 0; i < 20_000; i++) {
      const span = tracer.startSpan('link', {}, parent);
      parent = trace.setSpan(ROOT_CONTEXT, span);
      span.end();
    }
    expect(telemetry.spans).toHaveLength(20_000);
    expect(telemetry.tree()).toHaveLength(1);
    const lines = telemetry.treeText().split('\n');
    expect(lines).toHaveLength(TEXT_LINES_MAX + 1);
    expect(lines.at(-1)).toBe('(and more)');
    expect(telemetry.rootSpans()).toHaveLength(1);
  });
});
