// A span processor that keeps what it is called with, for tests of providers.

import type { Context } from '@opentelemetry/api';
import type { ReadableSpan, Span, SpanProcessor } from '../../src/main/sdk/types.js';

export class RecordedProcessor implements SpanProcessor {
  readonly calls: string[] = [];
  readonly started: Span[] = [];
  readonly contexts: Context[] = [];
  readonly ending: Span[] = [];
  readonly ended: ReadableSpan[] = [];
  readonly #log: string[];
  readonly #name: string;

  /** `log` may be shared, to see the order of calls of several processors. */
  constructor(name = '', log: string[] = []) {
    this.#name = name;
    this.#log = log;
  }

  onStart(span: Span, parentContext: Context): void {
    this.started.push(span);
    this.contexts.push(parentContext);
    this.#note('onStart');
  }

  onEnding(span: Span): void {
    this.ending.push(span);
    this.#note('onEnding');
  }

  onEnd(span: ReadableSpan): void {
    this.ended.push(span);
    this.#note('onEnd');
  }

  async forceFlush(): Promise<void> {
    this.#note('forceFlush');
  }

  async shutdown(): Promise<void> {
    this.#note('shutdown');
  }

  #note(method: string): void {
    this.calls.push(method);
    this.#log.push(this.#name === '' ? method : `${this.#name}.${method}`);
  }
}
