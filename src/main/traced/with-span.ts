// A span around a piece of code, and the span that is active. Thread: the user's. Callers: users through the door `offloop`.

import { type Attributes, INVALID_SPAN_CONTEXT, type Span, trace } from '@opentelemetry/api';
import { quoteValue } from '../../shared/config/quote.js';
import { OptionError } from '../../shared/errors.js';
import { reportCallbackError } from '../lifecycle/callback-errors.js';
import { setFields } from './outcome.js';
import { checkOptionNames, SpanDefinition } from './span-definition.js';
import { callTraced } from './traced-call.js';
import type { ResultOf, WithSpanOptions } from './traced-options.js';

const OPTIONS = ['kind', 'level', 'target', 'attributes', 'result', 'errors', 'links', 'root', 'parent'];

/** Of spans without options, by name; names may be made up for ever. */
const plainDefinitions = new Map<string, SpanDefinition>();
const PLAIN_DEFINITIONS_MAX = 1024;

/**
 * Calls `fn` with a new span, which is active in it and in what it awaits, and ends as those of `traced` do: with the return,
 * with the promise, with the generator. Returns what `fn` returns, throws what it throws. Disabled by level, `fn`
 * gets a span that records nothing. Options: as of `traced`, but for `name` and what has to do with arguments.
 *
 * Throws an {@link OptionError} if the name is none, `fn` is no function, or an option is unknown or wrong.
 */
export function withSpan<R>(name: string, fn: (span: Span) => R): R;
export function withSpan<R>(name: string, options: WithSpanOptions<ResultOf<R>>, fn: (span: Span) => R): R;
export function withSpan(name: string, ...given: unknown[]): unknown {
  const [options, fn] = given.length === 1 ? [undefined, given[0]] : given;
  if (typeof fn !== 'function') {
    throw new OptionError({
      option: 'withSpan fn',
      value: quoteValue(fn),
      range: 'a function',
      remedy: "Write withSpan('name', fn) or withSpan('name', options, fn).",
    });
  }
  const definition =
    options === undefined
      ? plainDefinition(name)
      : new SpanDefinition('withSpan', name, checkOptionNames('withSpan', options, OPTIONS));
  if (!definition.gate.isOpen()) return fn(trace.wrapSpanContext(INVALID_SPAN_CONTEXT));
  return callTraced(definition, fn as (span: Span) => unknown, undefined, undefined);
}

/** Checked once for each name: it costs as much as a span. */
function plainDefinition(name: string): SpanDefinition {
  const known = plainDefinitions.get(name);
  if (known !== undefined) return known;
  const definition = new SpanDefinition('withSpan', name, {});
  if (plainDefinitions.size < PLAIN_DEFINITIONS_MAX) plainDefinitions.set(name, definition);
  return definition;
}

/** The active span, whoever began it; undefined: none. */
export function currentSpan(): Span | undefined {
  return trace.getActiveSpan();
}

/**
 * Attributes of the active span: those that `fields` left empty (undefined) when it began, or others. Values that are undefined
 * are left out; without an active span nothing happens. Never throws.
 */
export function record(fields: Attributes): void {
  const span = trace.getActiveSpan();
  if (span === undefined || !span.isRecording()) return;
  try {
    setFields(span, fields);
  } catch (error) {
    // A getter threw.
    reportCallbackError('record', 'the active span', error);
  }
}
