// HOT. The one span of a traced stream: what is counted, and how it ends. Thread: producer. Callers: the wrappers and hooks
// of this folder.
//
// It knows nothing of the stream, and no context: the registry holds it until the stream is garbage, and what it could
// reach would never be garbage.

import {
  type Context,
  context,
  isSpanContextValid,
  type Span,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { withSpan } from '../context/span-context-node.js';
import { ABANDONED } from '../traced/abandoned-spans.js';
import type { SpanParent } from '../traced/traced-options.js';
import { chunkBytes } from './chunk-bytes.js';
import type { StreamPlan } from './stream-options.js';

const SCOPE_DEFAULT = 'offloop';

export type StreamKind =
  | 'async_iterator'
  | 'iterator'
  | 'readable'
  | 'writable'
  | 'duplex'
  | 'transform'
  | 'web_readable'
  | 'web_transform';

/**
 * `completed`: to its end. `error`: with an error. `returned`: the consumer left the loop or called `return`. `destroyed`:
 * a Node stream was destroyed before its end. `canceled`: a web stream was. `abandoned`: the stream became garbage.
 */
export type StreamEnd = 'completed' | 'error' | 'returned' | 'destroyed' | 'canceled' | 'abandoned';

const KIND = 'offloop.stream.kind';
const END = 'offloop.stream.end';
const ITEMS = 'offloop.stream.items';
const BYTES = 'offloop.stream.bytes';
const WRITTEN_ITEMS = 'offloop.stream.written_items';
const WRITTEN_BYTES = 'offloop.stream.written_bytes';
const FIRST_ITEM = 'offloop.stream.first_item_millis';

const registry = new FinalizationRegistry<StreamSpan>((life) => life.finish('abandoned'));

export interface OpenedStream {
  readonly life: StreamSpan;
  /** With the span, for what produces the chunks. */
  readonly context: Context;
}

/** Undefined: nothing is recorded, nor carried on to the producer (no telemetry, or it is suppressed here). */
export function openStreamSpan(plan: StreamPlan, streamKind: StreamKind): OpenedStream | undefined {
  const parent = parentContext(plan.parent);
  const name = plan.name ?? `stream ${streamKind.replace('_', ' ')}`;
  const attributes = { [KIND]: streamKind, ...plan.attributes };
  const options = plan.kind === undefined ? { attributes } : { kind: plan.kind, attributes };
  const span = trace.getTracer(plan.target || SCOPE_DEFAULT).startSpan(name, options, parent);
  if (!isSpanContextValid(span.spanContext())) return undefined;
  return { life: new StreamSpan(span, plan), context: trace.setSpan(parent, span) };
}

function parentContext(parent: SpanParent | undefined): Context {
  if (parent === undefined) return context.active();
  if ('getValue' in parent) return parent;
  return withSpan(context.active(), 'spanContext' in parent ? parent : trace.wrapSpanContext(parent));
}

/** One direction of a stream. */
class Flow {
  items = 0;
  bytes = 0;
  /** Chunks that had bytes at all. */
  measured = 0;
}

export class StreamSpan {
  readonly span: Span;
  readonly #isRecording: boolean;
  readonly #countsItems: boolean;
  readonly #countsBytes: boolean;
  readonly #startMillis = performance.now();
  readonly #out = new Flow();
  #written: Flow | undefined;
  #firstItemMillis = -1;
  #isOver = false;

  constructor(span: Span, plan: StreamPlan) {
    this.span = span;
    this.#isRecording = span.isRecording();
    this.#countsItems = plan.count !== 'bytes';
    this.#countsBytes = plan.count !== 'items';
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Ends the span, and says so, if `stream` becomes garbage before. */
  watch(stream: object): void {
    registry.register(stream, this, this);
  }

  /** A chunk came out of the stream, or, of one that is only written to, went into its sink. */
  item(chunk: unknown, encoding?: BufferEncoding): void {
    this.#count(this.#out, chunk, encoding);
  }

  /** A chunk that was written into a stream which is read from too. */
  written(chunk: unknown, encoding?: BufferEncoding): void {
    this.#written ??= new Flow();
    this.#count(this.#written, chunk, encoding);
  }

  fail(error: unknown): void {
    if (this.#isOver) return;
    const message = messageOf(error);
    try {
      this.span.recordException(isDescribed(error) ? (error as Error) : message);
      this.span.setStatus({ code: SpanStatusCode.ERROR, message });
    } catch {
      // The span of another SDK threw: the stream's error goes on all the same.
    }
    this.finish('error');
  }

  /** Only the first end counts. */
  finish(end: StreamEnd): void {
    if (this.#isOver) return;
    this.#isOver = true;
    registry.unregister(this);
    if (this.#isRecording) this.#describe(end);
    this.span.end();
  }

  #count(flow: Flow, chunk: unknown, encoding: BufferEncoding | undefined): void {
    if (!this.#isRecording || this.#isOver) return;
    if (this.#firstItemMillis < 0) this.#firstItemMillis = performance.now() - this.#startMillis;
    flow.items++;
    if (!this.#countsBytes) return;
    const bytes = chunkBytes(chunk, encoding);
    if (bytes < 0) return;
    flow.bytes += bytes;
    flow.measured++;
  }

  #describe(end: StreamEnd): void {
    const { span } = this;
    span.setAttribute(END, end);
    if (end === 'abandoned') span.setAttribute(ABANDONED, true);
    if (this.#firstItemMillis >= 0) {
      span.setAttribute(FIRST_ITEM, Math.round(this.#firstItemMillis * 1000) / 1000);
    }
    this.#describeFlow(this.#out, ITEMS, BYTES);
    if (this.#written !== undefined) this.#describeFlow(this.#written, WRITTEN_ITEMS, WRITTEN_BYTES);
  }

  /** Objects have no bytes: a stream of them says nothing of bytes, rather than 0. */
  #describeFlow(flow: Flow, itemsKey: string, bytesKey: string): void {
    if (this.#countsItems) this.span.setAttribute(itemsKey, flow.items);
    if (flow.measured > 0) this.span.setAttribute(bytesKey, flow.bytes);
  }
}

/** Other SDKs read properties of what they are given. */
function isDescribed(error: unknown): boolean {
  return typeof error === 'object' && error !== null;
}

/** Anything can be thrown, with getters that throw. */
function messageOf(error: unknown): string {
  try {
    const message: unknown = isDescribed(error) ? (error as Error).message : error;
    return typeof message === 'string' ? message : String(error);
  } catch {
    return 'an error that cannot be read';
  }
}
