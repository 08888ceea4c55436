// Checklist A7: the readable span that processors and exporters get, beside the one of OpenTelemetry JS.

import { inspect } from 'node:util';
import { type Span as ApiSpan, createTraceState, ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import * as official from '@opentelemetry/sdk-trace';
import { describe, expect, test } from 'vitest';
import { TracerProvider } from '../../../src/main/sdk/tracer-provider.js';
import type { ReadableSpan, Span } from '../../../src/main/sdk/types.js';
import { RecordedProcessor } from '../../support/recorded-processor.js';

const FIELDS = [
  ...['name', 'kind', 'parentSpanContext', 'startTime', 'endTime', 'status', 'attributes', 'links', 'events'],
  ...[
    'duration',
    'ended',
    'resource',
    'instrumentationScope',
    'droppedAttributesCount',
    'droppedEventsCount',
  ],
  'droppedLinksCount',
] as const satisfies (keyof ReadableSpan)[];

const RESOURCE = resourceFromAttributes({ 'service.name': 'shop' });
const PARENT = {
  ...{ traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1, isRemote: true },
  traceState: createTraceState('a=1'),
};
const LINK = {
  context: { traceId: '3'.repeat(32), spanId: '4'.repeat(16), traceFlags: 0 },
  attributes: { l: 1 },
};
const ID_GENERATOR = { generateTraceId: () => '5'.repeat(32), generateSpanId: () => '6'.repeat(16) };

/** The lines of what is shown, of one object or the other: without the class's name, and without what differs in value. */
function keysOf(text: string): string[] {
  const lines = text.split('\n').map((line) => line.trim());
  return lines.map((line) => line.replace(/^(Span|SpanImpl) /, '').replace(/(traceFlags|Limit): .*/, '$1'));
}

/** One span with everything, of either provider. */
function spanOf(Provider: typeof TracerProvider | typeof official.TracerProvider) {
  const processor = new RecordedProcessor();
  const provider = new Provider({
    ...{ resource: RESOURCE, idGenerator: ID_GENERATOR, spanLimits: { attributeCountLimit: 2 } },
    spanProcessors: [processor as never],
  });
  const options = {
    kind: SpanKind.CLIENT,
    attributes: { a: [1, 'x'] },
    links: [LINK],
    startTime: [1000, 5] as [number, number],
  };
  const tracer = provider.getTracer('scope', '1.0', { schemaUrl: 'https://example.com' });
  const span = tracer.startSpan('work', options, trace.setSpanContext(ROOT_CONTEXT, PARENT));
  span.setAttributes({ b: 2, c: 3 }).addEvent('event', { e: 1 }, [1000, 6]).addEvent('bare', [1000, 7]);
  span.addLink({ context: LINK.context }).setStatus({ code: 2, message: 'no' }).end([1001, 4]);
  return { span, processor };
}

function fieldsOf(span: ApiSpan) {
  const readable = span as Span;
  return Object.fromEntries([
    ...FIELDS.map((field) => [field, readable[field]]),
    ['spanContext', readable.spanContext()],
  ]);
}

describe('a readable span', () => {
  test('A7.1 A7.2 has every field of OpenTelemetry JS, with the same values', () => {
    const ours = fieldsOf(spanOf(TracerProvider).span);
    expect(ours).toEqual(fieldsOf(spanOf(official.TracerProvider).span));
    expect(ours).toMatchObject({
      ...{
        name: 'work',
        kind: SpanKind.CLIENT,
        parentSpanContext: PARENT,
        ended: true,
        duration: [0, 999_999_999],
      },
      ...{ attributes: { a: [1, 'x'], b: 2 }, droppedAttributesCount: 1, resource: RESOURCE },
      instrumentationScope: { name: 'scope', version: '1.0', schemaUrl: 'https://example.com' },
    });
  });

  test('A7.1 shows the whole context of its parent, trace state included, and none for a root', () => {
    expect((spanOf(TracerProvider).span as Span).parentSpanContext).toEqual(PARENT);
    const root = new TracerProvider().getTracer('test').startSpan('root', {}, ROOT_CONTEXT) as Span;
    expect(root.parentSpanContext).toBeUndefined();
  });

  test('A7.1 says whether it has ended', () => {
    const span = new TracerProvider().getTracer('test').startSpan('work') as Span;
    expect([span.ended, span.endTime, span.duration]).toEqual([false, [0, 0], [-1, -1]]);
    span.end();
    expect(span.ended).toBe(true);
  });

  test('A7.4 the accessor of SDKs before 2.0 gives the scope, too', () => {
    const { span } = spanOf(TracerProvider);
    const { instrumentationLibrary } = span as unknown as { instrumentationLibrary: unknown };
    expect(instrumentationLibrary).toBe((span as Span).instrumentationScope);
  });

  test('A7.3 is the very span of the user from onStart to onEnd, and shows later changes', () => {
    const { span, processor } = spanOf(TracerProvider);
    expect(processor.started).toEqual([span]);
    expect(processor.started[0]).toBe(span);
    expect(processor.ending[0]).toBe(span);
    expect(processor.ended[0]).toBe(span);
  });

  test('A7.3 a processor may change the span in onStart, and even its attributes in onEnd', () => {
    const seen: object[] = [];
    const redact = new RecordedProcessor();
    redact.onStart = (span) => void span.setAttribute('added', true).updateName('renamed');
    redact.onEnd = (span) => {
      delete (span.attributes as Record<string, unknown>).secret;
    };
    const last = new RecordedProcessor();
    last.onEnd = (span) => void seen.push({ name: span.name, ...span.attributes });
    const tracer = new TracerProvider({ spanProcessors: [redact, last] }).getTracer('test');
    tracer.startSpan('work', { attributes: { secret: 1, kept: 2 } }).end();
    expect(seen).toEqual([{ name: 'renamed', added: true, kept: 2 }]);
  });

  test('A7.2 an event or link without attributes has no attributes, as in OpenTelemetry JS', () => {
    const { events, links } = spanOf(TracerProvider).span as Span;
    expect(Object.keys(events[1] ?? {})).toEqual(['name', 'time']);
    expect(Object.keys(links[1] ?? {})).toEqual(['context']);
  });

  test('A7.2 a status without a message has none, not an empty one', () => {
    const tracer = new TracerProvider().getTracer('test');
    const statuses = [{ code: 2, message: '' }, { code: 2 }, { code: 1, message: 'fine' }];
    const spans = statuses.map((status) => tracer.startSpan('work').setStatus(status) as Span);
    expect(spans.map((span) => Object.entries(span.status))).toEqual([
      [['code', 2]],
      [['code', 2]],
      [['code', 1]],
    ]);
  });

  test('A7.2 a span wrapped in a proxy works', () => {
    const span = new Proxy(new TracerProvider().getTracer('test').startSpan('work') as Span, {});
    span.setAttribute('a', 1).addEvent('event').setStatus({ code: 1 }).end();
    expect([span.attributes, span.ended, span.status.code]).toEqual([{ a: 1 }, true, 1]);
  });

  test('A7.2 console.log shows its public state, not its insides', () => {
    const text = inspect(spanOf(TracerProvider).span);
    expect(text).toMatch(/^Span \{/);
    expect(text).toContain("name: 'work'");
    expect(text).not.toContain('_bag');
  });

  test('A7.2 console.log of spans, tracers and providers shows what that of OpenTelemetry JS shows', () => {
    const shown = (Provider: typeof TracerProvider | typeof official.TracerProvider) => {
      const { span } = spanOf(Provider);
      const resource = resourceFromAttributes({ 'service.name': 'shop', late: Promise.resolve('later') });
      const provider = new Provider({ resource, spanProcessors: [new RecordedProcessor() as never] });
      const tracers = [
        provider.getTracer('a'),
        provider.getTracer('b', '1', { schemaUrl: 'https://example.com' }),
      ];
      return [span, tracers[1], provider].map((object) =>
        keysOf(inspect(object, { depth: 5, sorted: true })),
      );
    };
    const [span, tracer, provider] = shown(TracerProvider);
    const [officialSpan, officialTracer, officialProvider] = shown(official.TracerProvider);
    expect(span).toEqual(officialSpan);
    expect(tracer.filter((line) => !line.startsWith('attributeDepthLimit'))).toEqual(officialTracer);
    expect(provider).toEqual(officialProvider);
    expect(provider.join()).toContain("'b@1:https://example.com'");
  });
});
