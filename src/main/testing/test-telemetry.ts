// Telemetry for the tests of an application: spans go into memory, ids and times are the same in every run, no worker, no
// socket. Thread: the user's. Callers: tests of users, through `offloop/testing`; works in any test framework.
// It may throw, unlike everything else: a test that asks for a span that is not there has to fail, and say what is there.

import type { Attributes, Tracer } from '@opentelemetry/api';
import { type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import { TracerProvider } from '../sdk/tracer-provider.js';
import type {
  IdGenerator,
  ReadableSpan,
  Sampler,
  SpanLimitsOptions,
  SpanProcessor,
  TracerProviderOptions,
} from '../sdk/types.js';
import { CountedIds } from './counted-ids.js';
import { registerGlobals, unregisterGlobals } from './global-registration.js';
import { SpanCollector } from './span-collector.js';
import { keyOf, type SpanTree, type SpanTreeOptions, spanTrees, spanTreesText } from './span-tree.js';
import { TestClock } from './test-clock.js';

export interface TestTelemetryOptions {
  /** `service.name` of the resource. Default `test`. */
  serviceName?: string;
  /** In place of the resource with `serviceName` only. */
  resource?: Resource;
  /** Makes ids differ from those of another test telemetry. An integer from 0, default 0. */
  seed?: number;
  /** In place of the counted ids. */
  idGenerator?: IdGenerator;
  /** Default: a `TestClock`, which stands still until `clock.advance()`. `system`: real time, or that of fake timers. */
  clock?: TestClock | 'system';
  sampler?: Sampler;
  spanLimits?: SpanLimitsOptions;
  /** The application's own processors, to be tested with the rest; they come before the one that collects. */
  spanProcessors?: SpanProcessor[];
}

export interface WaitForSpanOptions {
  /** Default 5000. */
  timeoutMillis?: number;
}

const WAIT_MILLIS_DEFAULT = 5000;

export function createTestTelemetry(options: TestTelemetryOptions = {}): TestTelemetry {
  return new TestTelemetry(options);
}

export class TestTelemetry {
  readonly provider: TracerProvider;
  readonly #collector = new SpanCollector();
  readonly #ids: IdGenerator;
  readonly #clock: TestClock | undefined;

  /** Use `createTestTelemetry`. */
  constructor(options: TestTelemetryOptions) {
    this.#ids = options.idGenerator ?? new CountedIds(options.seed);
    this.#clock = options.clock === 'system' ? undefined : (options.clock ?? new TestClock());
    const providerOptions: TracerProviderOptions = {
      resource: options.resource ?? resourceFromAttributes({ 'service.name': options.serviceName ?? 'test' }),
      idGenerator: this.#ids,
      spanProcessors: [...(options.spanProcessors ?? []), this.#collector],
    };
    if (this.#clock !== undefined) providerOptions.timeSource = this.#clock;
    if (options.sampler !== undefined) providerOptions.sampler = options.sampler;
    if (options.spanLimits !== undefined) providerOptions.spanLimits = options.spanLimits;
    this.provider = new TracerProvider(providerOptions);
  }

  /** Moves the time of spans. */
  get clock(): TestClock {
    if (this.#clock !== undefined) return this.#clock;
    throw new Error(
      'offloop: this test telemetry uses the system clock; leave out clock: "system" to move it.',
    );
  }

  tracer(name = 'test', version?: string): Tracer {
    return this.provider.getTracer(name, version);
  }

  /**
   * Makes this telemetry what `trace`, `context` and `propagation` of @opentelemetry/api lead to, with active spans and
   * W3C propagation. Throws if other telemetry is registered. Tracers that modules took earlier work too.
   */
  register(): this {
    registerGlobals(this.provider);
    return this;
  }

  /** Leaves the API as if nothing had been registered. */
  unregister(): this {
    unregisterGlobals(this.provider);
    return this;
  }

  /** For between tests: no spans, ids from the beginning, the clock at its start. Spans still open are never seen. */
  reset(): this {
    this.#collector.reset();
    this.#clock?.reset();
    if (this.#ids instanceof CountedIds) this.#ids.reset();
    return this;
  }

  /** Sampled spans that have ended, in the order of their start. */
  get spans(): ReadableSpan[] {
    return this.#collector.finishedSpans;
  }

  /** Spans that nobody has ended yet, in the order of their start. */
  get openSpans(): ReadableSpan[] {
    return this.#collector.openSpans;
  }

  spansNamed(name: string | RegExp): ReadableSpan[] {
    return this.spans.filter((span) => isNamed(span, name));
  }

  /** The one span of this name; throws if there is none, or several. */
  spanNamed(name: string | RegExp): ReadableSpan {
    const [span, ...others] = this.spansNamed(name);
    if (span !== undefined && others.length === 0) return span;
    throw new Error(
      `offloop: ${span === undefined ? 'no span is' : `${others.length + 1} spans are`} named ${quoted(name)}. ${this.#overview()}`,
    );
  }

  /** Attributes of the one span of this name. */
  attributesOf(name: string | RegExp): Attributes {
    return this.spanNamed(name).attributes;
  }

  /** Spans whose parent is not among those that ended. */
  rootSpans(): ReadableSpan[] {
    const { spans } = this;
    const keys = new Set(spans.map((span) => keyOf(span.spanContext())));
    return spans.filter(
      ({ parentSpanContext }) => parentSpanContext === undefined || !keys.has(keyOf(parentSpanContext)),
    );
  }

  childrenOf(parent: ReadableSpan | string | RegExp): ReadableSpan[] {
    const span = typeof parent === 'string' || parent instanceof RegExp ? this.spanNamed(parent) : parent;
    const key = keyOf(span.spanContext());
    return this.spans.filter(
      ({ parentSpanContext }) => parentSpanContext !== undefined && keyOf(parentSpanContext) === key,
    );
  }

  /** Undefined: the span has none, or it has not ended, or it is in another process. */
  parentOf({ parentSpanContext }: ReadableSpan): ReadableSpan | undefined {
    if (parentSpanContext === undefined) return undefined;
    const key = keyOf(parentSpanContext);
    return this.spans.find((span) => keyOf(span.spanContext()) === key);
  }

  /** Nested plain objects, one for each root, to compare with what is expected. */
  tree(options?: SpanTreeOptions): SpanTree[] {
    return spanTrees(this.spans, options);
  }

  /** The same as text, for snapshots. */
  treeText(options?: SpanTreeOptions): string {
    return spanTreesText(this.tree(options));
  }

  /** The first span of this name, as soon as it has ended: for work that goes on after the call under test. */
  waitForSpan(name: string | RegExp, options: WaitForSpanOptions = {}): Promise<ReadableSpan> {
    const timeoutMillis = options.timeoutMillis ?? WAIT_MILLIS_DEFAULT;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        stop();
        const waited = `no span named ${quoted(name)} ended within ${timeoutMillis} ms`;
        reject(new Error(`offloop: ${waited}. ${this.#overview()}`));
      }, timeoutMillis);
      const look = (): void => {
        const span = this.spansNamed(name)[0];
        if (span === undefined) return;
        stop();
        clearTimeout(timer);
        resolve(span);
      };
      const stop = this.#collector.onFinished(look);
      look();
    });
  }

  /** The end: nothing is registered, nothing is recorded any more. */
  async shutdown(): Promise<void> {
    this.unregister();
    await this.provider.shutdown();
  }

  #overview(): string {
    const { openSpans, spans } = this;
    const finished = spans.length === 0 ? 'No span has ended.' : `Ended:\n${this.treeText()}`;
    const open = openSpans.map((span) => quoted(span.name)).join(', ');
    return openSpans.length === 0 ? finished : `${finished}\nNot ended: ${open}`;
  }
}

function isNamed(span: ReadableSpan, name: string | RegExp): boolean {
  // Not `test`, which remembers its place in global expressions.
  return typeof name === 'string' ? span.name === name : span.name.search(name) >= 0;
}

function quoted(name: string | RegExp): string {
  return typeof name === 'string' ? `"${name}"` : String(name);
}
