// An application's tracing set-up and plug-ins, written against @opentelemetry/sdk-trace 3.x. test/unit/sdk-types.test.ts
// compiles it twice: as it is, and with `offloop/sdk` in that package's place.

import {
  type TracerProvider as ApiProvider,
  type Attributes,
  type Context,
  type Link,
  ROOT_CONTEXT,
  type SpanKind,
  trace,
} from '@opentelemetry/api';
import type { ExportResult } from '@opentelemetry/core';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  type BatchSpanProcessorBrowserOptions,
  type BatchSpanProcessorOptions,
  ConsoleSpanExporter,
  createAlwaysRecordSampler,
  type ForceFlushOptions,
  type IdGenerator,
  InMemorySpanExporter,
  NoopSpanProcessor,
  ParentBasedSampler,
  RandomIdGenerator,
  type ReadableSpan,
  type Sampler,
  SamplingDecision,
  type SamplingResult,
  SimpleSpanProcessor,
  type SimpleSpanProcessorOptions,
  type Span,
  type SpanExporter,
  type SpanLimits,
  type SpanProcessor,
  type SpanProcessorOptions,
  StackContextManager,
  type TimedEvent,
  TraceIdRatioBasedSampler,
  TracerProvider,
  type TracerProviderOptions,
} from '@opentelemetry/sdk-trace';

class Redactor implements SpanProcessor {
  onStart(span: Span, parentContext: Context): void {
    span.setAttribute('tenant', String(parentContext.getValue(Symbol.for('tenant'))));
  }

  onEnding(span: Span): void {
    if (span.ended || span.name === '') span.updateName('unnamed');
  }

  onEnd(span: ReadableSpan): void {
    const events: TimedEvent[] = span.events;
    const traceId: string = span.spanContext().traceId;
    const [seconds, nanos]: [number, number] = span.duration;
    delete span.attributes.password;
    console.log(
      traceId,
      seconds,
      nanos,
      events[0]?.attributes,
      span.resource.attributes,
      span.instrumentationScope.name,
    );
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}
}

class ByRoute implements Sampler {
  shouldSample(
    _context: Context,
    _traceId: string,
    spanName: string,
    _spanKind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): SamplingResult {
    if (spanName === '/health') return { decision: SamplingDecision.NOT_RECORD };
    const decision: SamplingDecision =
      links.length > 0 ? SamplingDecision.RECORD : SamplingDecision.RECORD_AND_SAMPLED;
    return { decision, attributes: { 'sampler.rule': 'default', route: attributes['http.route'] } };
  }

  toString(): string {
    return 'ByRoute';
  }
}

class Sequence implements IdGenerator {
  #next = 1;

  generateTraceId(): string {
    return (this.#next++).toString(16).padStart(32, '0');
  }

  generateSpanId(): string {
    return (this.#next++).toString(16).padStart(16, '0');
  }
}

class Collecting implements SpanExporter {
  readonly spans: ReadableSpan[] = [];

  export(spans: ReadableSpan[], resultCallback: (result: ExportResult) => void): void {
    this.spans.push(...spans);
    resultCallback({ code: 0 });
  }

  async shutdown(): Promise<void> {}

  async forceFlush(): Promise<void> {}
}

const memory = new InMemorySpanExporter();
const limits: SpanLimits = { attributeCountLimit: 64, eventCountLimit: 16, attributeValueLengthLimit: 1000 };
const batch: BatchSpanProcessorOptions = {
  exporter: new Collecting(),
  maxQueueSize: 100,
  maxExportBatchSize: 10,
};
const simple: SimpleSpanProcessorOptions = { exporter: memory };
const options: TracerProviderOptions = {
  resource: resourceFromAttributes({ 'service.name': 'shop' }),
  sampler: new ParentBasedSampler({
    root: createAlwaysRecordSampler(new ByRoute()),
    remoteParentSampled: new AlwaysOnSampler(),
    remoteParentNotSampled: new AlwaysOffSampler(),
    localParentSampled: new TraceIdRatioBasedSampler(0.5),
  }),
  idGenerator: Math.random() > 0.5 ? new Sequence() : new RandomIdGenerator(),
  spanLimits: limits,
  spanProcessors: [
    new Redactor(),
    new BatchSpanProcessor(batch),
    new SimpleSpanProcessor(simple),
    new SimpleSpanProcessor({ exporter: new ConsoleSpanExporter() }),
    new NoopSpanProcessor(),
  ],
};

/** A test's exporter that can be switched off and on. */
class Switched extends InMemorySpanExporter {
  restart(): void {
    this._stopped = false;
    this.reset();
  }
}

class Announcing extends BatchSpanProcessor {
  constructor(exporter: SpanExporter, processorOptions: SpanProcessorOptions = {}) {
    const forBrowsers: BatchSpanProcessorBrowserOptions = {
      exporter,
      disableAutoFlushOnDocumentHide: true,
      ...processorOptions,
    };
    super(forBrowsers);
  }

  override onEnd(span: ReadableSpan): void {
    if (span.kind !== 0) super.onEnd(span);
  }

  protected override onShutdown(): void {
    super.onShutdown();
    console.log('bye');
  }
}

class HalfSampler extends TraceIdRatioBasedSampler {
  constructor() {
    super(0.5);
  }

  override toString(): string {
    return `Half(${super.toString()})`;
  }
}

export const synchronous = new StackContextManager()
  .enable()
  .with(
    ROOT_CONTEXT,
    (a: number) => [a, new Switched(), new Announcing(memory), new HalfSampler()],
    undefined,
    1,
  );

class TaggedProvider extends TracerProvider {
  override getTracer(name: string, version?: string): ReturnType<TracerProvider['getTracer']> {
    return super.getTracer(`shop.${name}`, version, { schemaUrl: 'https://example.com' });
  }
}

export async function run(): Promise<number> {
  const provider = new TaggedProvider(options);
  const asApi: ApiProvider = provider;
  trace.setGlobalTracerProvider(asApi);
  provider
    .getTracer('cart', '1.0')
    .startActiveSpan('checkout', { attributes: { a: 1 } }, (span) => span.end());
  const flush: ForceFlushOptions = { timeoutMillis: 1000 };
  await provider.forceFlush(flush);
  await provider.shutdown();
  const finished: ReadableSpan[] = memory.getFinishedSpans();
  memory.reset();
  return finished.length;
}
