// For tests of span processors: both implementations of each, exporters that answer by hand, what reached the error handler
// and `diag`, ended spans.

import { type DiagLogger, DiagLogLevel, diag, type SpanContext } from '@opentelemetry/api';
import { type ExportResult, loggingErrorHandler, setGlobalErrorHandler } from '@opentelemetry/core';
import { emptyResource, type Resource } from '@opentelemetry/resources';
import * as official from '@opentelemetry/sdk-trace';
import { onTestFinished } from 'vitest';
import { BatchSpanProcessor } from '../../src/main/processors/batch-span-processor.js';
import { ConsoleSpanExporter } from '../../src/main/processors/exporters/console-span-exporter.js';
import { InMemorySpanExporter } from '../../src/main/processors/exporters/in-memory-span-exporter.js';
import { NoopSpanProcessor } from '../../src/main/processors/noop-span-processor.js';
import { SimpleSpanProcessor } from '../../src/main/processors/simple-span-processor.js';
import type { ReadableSpan, SpanExporter } from '../../src/main/sdk/types.js';

export const OFFLOOP = {
  name: 'offloop',
  BatchSpanProcessor,
  SimpleSpanProcessor,
  NoopSpanProcessor,
  ConsoleSpanExporter,
  InMemorySpanExporter,
};

/** Where the checklist has a tick for OTel JS, a test runs over both. */
export const BOTH = [OFFLOOP, { name: 'OTel JS', ...official }] as const;

export const SUCCESS: ExportResult = { code: 0 };
export const FAILURE: ExportResult = { code: 1, error: new Error('the collector said no') };

/** Answers when the test says so. Counts how many of its exports were under way at once. */
export class HeldExporter implements SpanExporter {
  readonly batches: ReadableSpan[][] = [];
  readonly calls: string[] = [];
  exportsAtOnceMax = 0;
  #open: ((result: ExportResult) => void)[] = [];

  export(spans: ReadableSpan[], resultCallback: (result: ExportResult) => void): void {
    this.calls.push(`export ${spans.length}`);
    this.batches.push([...spans]);
    this.#open.push(resultCallback);
    this.exportsAtOnceMax = Math.max(this.exportsAtOnceMax, this.#open.length);
  }

  async forceFlush(): Promise<void> {
    this.calls.push('forceFlush');
  }

  async shutdown(): Promise<void> {
    this.calls.push('shutdown');
  }

  get open(): number {
    return this.#open.length;
  }

  get batchSizes(): number[] {
    return this.batches.map((batch) => batch.length);
  }

  get names(): string[] {
    return this.batches.flat().map((span) => span.name);
  }

  /** Answers the oldest open export. */
  answer(result: ExportResult = SUCCESS): void {
    const callback = this.#open.shift();
    if (callback === undefined) throw new Error('no export is open');
    callback(result);
  }

  /** Answers until nothing is open, also what begins meanwhile. */
  async answerAll(result: ExportResult = SUCCESS): Promise<void> {
    await turns();
    while (this.#open.length > 0) {
      this.answer(result);
      await turns();
    }
  }
}

/** Answers at once. */
export class PromptExporter extends HeldExporter {
  result: ExportResult = SUCCESS;

  override export(spans: ReadableSpan[], resultCallback: (result: ExportResult) => void): void {
    super.export(spans, resultCallback);
    this.answer(this.result);
  }
}

/** Lets promise callbacks run. More turns than any chain of promises in a processor has links. */
export async function turns(): Promise<void> {
  for (let i = 0; i < 32; i++) await undefined;
}

/** What reaches the global error handler until the test ends. */
export function catchErrors(): unknown[] {
  const errors: unknown[] = [];
  setGlobalErrorHandler((error) => {
    errors.push(error);
  });
  onTestFinished(() => setGlobalErrorHandler(loggingErrorHandler()));
  return errors;
}

/** Warnings that reach `diag` until the test ends. */
export function catchWarnings(): string[] {
  const warnings: string[] = [];
  const ignore = (): void => {};
  const logger: DiagLogger = {
    error: ignore,
    warn: (message) => warnings.push(message),
    info: ignore,
    debug: ignore,
    verbose: ignore,
  };
  diag.setLogger(logger, { logLevel: DiagLogLevel.ALL, suppressOverrideMessage: true });
  onTestFinished(() => diag.disable());
  return warnings;
}

export interface EndedSpanOptions {
  readonly traceFlags?: number;
  readonly resource?: Resource;
}

let spanCount = 0;

/** A span as a provider hands it to `onEnd`. */
export function endedSpan(name = 'work', options: EndedSpanOptions = {}): ReadableSpan {
  spanCount++;
  const context: SpanContext = {
    traceId: 'a'.repeat(32),
    spanId: spanCount.toString(16).padStart(16, '0'),
    traceFlags: options.traceFlags ?? 1,
  };
  return {
    name,
    kind: 0,
    spanContext: () => context,
    startTime: [1_700_000_000, 1000],
    endTime: [1_700_000_000, 3000],
    duration: [0, 2000],
    status: { code: 0 },
    attributes: { answer: 42 },
    links: [],
    events: [],
    ended: true,
    resource: options.resource ?? emptyResource(),
    instrumentationScope: { name: 'test', version: '1' },
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

export function endedSpans(count: number, options: EndedSpanOptions = {}): ReadableSpan[] {
  return Array.from({ length: count }, (_, i) => endedSpan(`span ${i}`, options));
}
