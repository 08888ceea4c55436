// Options of tracedStream, checked when it is called. Thread: producer. Callers: traced-stream.ts, users for the types.

import type { Attributes, SpanKind } from '@opentelemetry/api';
import { LEVEL_DEFAULT, type Level, levelRank } from '../../shared/config/level-directives.js';
import { quoteValue } from '../../shared/config/quote.js';
import { OptionError } from '../../shared/errors.js';
import { checkOptionNames } from '../traced/span-definition.js';
import type { SpanParent } from '../traced/traced-options.js';

/** What of the chunks is counted. */
export type StreamCount = 'items' | 'bytes' | 'both';

export interface TracedStreamOptions {
  /** Name of the span. Default: `stream` and the kind of stream, as in `stream readable`. */
  readonly name?: string;
  /** Default INTERNAL. */
  readonly kind?: SpanKind;
  /** Set at the start. Default: none besides `offloop.stream.kind`. */
  readonly attributes?: Attributes;
  /** Default `info`. Below what the directives want, the stream is handed back as it is. */
  readonly level?: Level;
  /** The part of the application, as in `shop.cart`; becomes the span's scope. Default: none, scope `offloop`. */
  readonly target?: string;
  /** A span, its ids, or a whole context. Default: what is active when the span starts. */
  readonly parent?: SpanParent;
  /** Default `both`. Counting the bytes of text costs most of what counting costs. */
  readonly count?: StreamCount;
}

export interface StreamPlan extends TracedStreamOptions {
  readonly level: Level;
  readonly target: string;
  readonly count: StreamCount;
}

const NAMES = ['name', 'kind', 'attributes', 'level', 'target', 'parent', 'count'];
const KIND_MAX = 4;
const COUNTS: readonly unknown[] = ['items', 'bytes', 'both'];

export function checkStreamOptions(options: TracedStreamOptions | undefined): StreamPlan {
  if (options === undefined) return DEFAULTS;
  checkOptionNames('tracedStream', options, NAMES);
  const { name, kind, attributes, parent, level, target, count } = options;
  if (name !== undefined && (typeof name !== 'string' || name === '')) {
    throw refusal(
      'name',
      name,
      'a string that is not empty',
      'Leave it out to name the span after the stream.',
    );
  }
  if (kind !== undefined && !(Number.isInteger(kind) && kind >= 0 && kind <= KIND_MAX)) {
    throw refusal('kind', kind, 'a SpanKind of the API, 0 to 4', 'Leave it out for INTERNAL.');
  }
  if (attributes !== undefined && !isObject(attributes)) {
    throw refusal('attributes', attributes, 'an object', 'Give keys and values.');
  }
  if (parent !== undefined && !isParent(parent)) {
    throw refusal(
      'parent',
      parent,
      'a Context, a Span or a SpanContext',
      'Leave it out for the active span.',
    );
  }
  if (level !== undefined && levelRank(level) === undefined) {
    throw refusal('level', level, 'trace, debug, info, warn or error', 'Leave it out for info.');
  }
  if (target !== undefined && typeof target !== 'string') {
    throw refusal('target', target, 'a string', 'Leave it out if no directive is for this stream alone.');
  }
  if (count !== undefined && !COUNTS.includes(count)) {
    throw refusal('count', count, 'items, bytes or both', 'Leave it out for both.');
  }
  return { ...options, level: level ?? LEVEL_DEFAULT, target: target ?? '', count: count ?? 'both' };
}

const DEFAULTS: StreamPlan = { level: LEVEL_DEFAULT, target: '', count: 'both' };

export function noStreamError(value: unknown): OptionError {
  return refusal('stream', value, ACCEPTED, remedyFor(value));
}

export function unusableStreamError(value: string, remedy: string): OptionError {
  return new OptionError({ option: 'tracedStream stream', value, range: ACCEPTED, remedy });
}

const ACCEPTED =
  'an async iterable, an iterable, an iterator, a Node stream, a web ReadableStream or TransformStream';

function remedyFor(value: unknown): string {
  if (typeof value === 'function') return 'Call the function, and trace what it returns.';
  if (isObject(value) && 'then' in value) return 'Await the promise, and trace what it gives.';
  if (typeof value === 'string' || ArrayBuffer.isView(value)) return 'Data that is all there needs no span.';
  if (isObject(value) && ('getWriter' in value || 'write' in value))
    return 'Trace the stream that is piped into it.';
  return 'Give the stream itself.';
}

function refusal(option: string, value: unknown, range: string, remedy: string): OptionError {
  return new OptionError({ option: `tracedStream ${option}`, value: quoteValue(value), range, remedy });
}

function isParent(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { getValue, spanContext, traceId } = value as Record<string, unknown>;
  return typeof getValue === 'function' || typeof spanContext === 'function' || typeof traceId === 'string';
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
