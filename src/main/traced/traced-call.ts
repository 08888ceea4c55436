// HOT. One call of a traced function: its span is active while the function runs and in what it awaits, and ends with what
// the function returned: a value, a promise, a generator. Thread: the user's. Callers: traced.ts, with-span.ts.
//
// What the call returns tells what kind it is, not how the function was declared: a function that hands on a promise is traced as
// an async one is. Only a declared generator function is known before: its body has not run when it returns, so
// its span begins with the first next().

import { types } from 'node:util';
import { type Context, context, ROOT_CONTEXT, type Span, type SpanContext, trace } from '@opentelemetry/api';
import { withSpan } from '../context/span-context-node.js';
import { reportCallbackError } from '../lifecycle/callback-errors.js';
import { isGenerator, traceGenerator } from './generator-trace.js';
import { fail, setFields, succeed } from './outcome.js';
import { readArguments } from './recorded-arguments.js';
import type { SpanDefinition } from './span-definition.js';
import { isThenable, traceThenable } from './thenable-trace.js';
import type { SpanParent } from './traced-options.js';

type Callable = (this: unknown, ...args: never[]) => unknown;

/** `fn.apply(self, args)` in a span; without `args`, `fn(span)`. Throws what `fn` throws, and nothing else. */
export function callTraced(
  definition: SpanDefinition,
  fn: Callable,
  self: unknown,
  args: unknown[] | undefined,
): unknown {
  const run = (span: Span): unknown => runIn(span, definition, fn, self, args ?? [span]);
  const tracer = definition.scope.get();
  const { name, spanOptions } = definition;
  if (!definition.hasParts) {
    return spanOptions === undefined
      ? tracer.startActiveSpan(name, run)
      : tracer.startActiveSpan(name, spanOptions, run);
  }
  const parent = parentOf(definition, self, args ?? []);
  const options = { ...spanOptions, ...linksOf(definition, self, args ?? []) };
  return tracer.startActiveSpan(name, options, parent, run);
}

/** The same for a declared generator function: nothing of it has run when it returns. */
export function callGenerator(
  definition: SpanDefinition,
  fn: Callable,
  self: unknown,
  args: unknown[],
): unknown {
  const generator = fn.apply(self, args as never[]);
  if (!isGenerator(generator)) return generator;
  const parent = parentOf(definition, self, args);
  return traceGenerator(generator, definition, parent, undefined, () => {
    const options = { ...definition.spanOptions, ...linksOf(definition, self, args) };
    const span = definition.scope.get().startSpan(definition.name, options, parent);
    if (definition.isDescribed) describe(span, definition, self, args);
    return span;
  });
}

function runIn(
  span: Span,
  definition: SpanDefinition,
  fn: Callable,
  self: unknown,
  args: unknown[],
): unknown {
  if (definition.isDescribed) describe(span, definition, self, args);
  let result: unknown;
  try {
    result = args.length === 0 ? fn.call(self) : fn.apply(self, args as never[]);
  } catch (error) {
    fail(definition, span, error);
    throw error;
  }
  if (typeof result === 'object' && result !== null) return follow(result, span, definition);
  succeed(definition, span, result);
  return result;
}

/** The span ends when what was returned does. Here its context is active. */
function follow(result: object, span: Span, definition: SpanDefinition): unknown {
  if (types.isPromise(result)) return followPromise(result, span, definition);
  if (isGenerator(result)) return traceGenerator(result, definition, context.active(), span, undefined);
  if (isThenable(result) && traceThenable(result, definition, span)) return result;
  succeed(definition, span, result);
  return result;
}

/**
 * Another promise than the function's: a handler at that one itself would make a rejection that nobody handles a handled
 * one. What libraries hang on their promises (`kill`, `cancel`) comes along.
 */
function followPromise(promise: Promise<unknown>, span: Span, definition: SpanDefinition): Promise<unknown> {
  const followed = promise.then(
    (value) => {
      succeed(definition, span, value);
      return value;
    },
    (error) => {
      fail(definition, span, error);
      throw error;
    },
  );
  for (const name of Object.keys(promise)) {
    const property = Object.getOwnPropertyDescriptor(promise, name);
    if (property !== undefined) Object.defineProperty(followed, name, property);
  }
  return followed;
}

function describe(span: Span, definition: SpanDefinition, self: unknown, args: unknown[]): void {
  const { fields, recorded, name } = definition;
  if (!span.isRecording()) return;
  if (recorded !== undefined) setFields(span, readArguments(recorded, args, name));
  if (fields === undefined) return;
  try {
    setFields(span, fields.call(self, args));
  } catch (error) {
    reportCallbackError('fields', name, error);
  }
}

function linksOf(definition: SpanDefinition, self: unknown, args: unknown[]): object | undefined {
  if (definition.links === undefined) return undefined;
  try {
    return { links: [...(definition.links.call(self, args) ?? [])] };
  } catch (error) {
    reportCallbackError('links', definition.name, error);
    return undefined;
  }
}

/** The context in which the span is started; what is active if the callback gives none. */
function parentOf(definition: SpanDefinition, self: unknown, args: unknown[]): Context {
  const active = context.active();
  const { parent } = definition;
  if (parent === undefined) return active;
  try {
    const given = typeof parent === 'function' ? parent.call(self, args) : parent;
    return given === undefined || given === null ? active : contextOf(given, active);
  } catch (error) {
    reportCallbackError('parent', definition.name, error);
    return active;
  }
}

function contextOf(parent: SpanParent, active: Context): Context {
  if ('getValue' in parent) return parent;
  const base = active ?? ROOT_CONTEXT;
  return 'spanContext' in parent
    ? withSpan(base, parent)
    : withSpan(base, trace.wrapSpanContext(parent as SpanContext));
}
