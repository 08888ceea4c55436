// The options of `traced`, `instrument` and `withSpan`, as types. Thread: the user's. Callers: the files of this folder;
// span-definition.ts checks and compiles them.

import type { Attributes, Context, Link, Span, SpanContext, SpanKind } from '@opentelemetry/api';
import type { Level } from '../../shared/config/level-directives.js';

/** Any function: what it takes and gives is for its own type to say. */
export type AnyFunction = (...args: never[]) => unknown;

/** What a call comes to: the value of its promise, the return value of its generator, or what it returns. */
export type ResultOf<R> =
  R extends AsyncGenerator<unknown, infer T, never>
    ? T
    : R extends Generator<unknown, infer T, never>
      ? T
      : Awaited<R>;

/** A span, its ids (also of another process), or a whole context, baggage included. */
export type SpanParent = Context | Span | SpanContext;

/**
 * What becomes of an error that is thrown or rejected with; it goes on to the caller untouched, whatever is chosen.
 * `record`: an exception event and the status error. `status`: the status alone. `ignore`: neither.
 */
export type ErrorMode = 'record' | 'status' | 'ignore';

/** What does not depend on a call's arguments: the options of `withSpan`. `Value`: what a call comes to. */
export interface WithSpanOptions<Value = unknown> {
  /** Default: internal. */
  readonly kind?: SpanKind;
  /** How much detail the span is; `OFFLOOP_LEVEL` and `setLevel` say what is wanted. Default `info`. */
  readonly level?: Level;
  /** The part of the application, as in `shop.cart`; becomes the span's instrumentation scope. Default: none, scope `offloop`. */
  readonly target?: string;
  /** The same for every call; the sampler sees them. */
  readonly attributes?: Attributes;
  /** Attributes from what the call came to; called only if it did not fail and the span records. */
  readonly result?: (value: Value) => Attributes | undefined;
  /** Default `record`. */
  readonly errors?: ErrorMode | ((error: unknown) => ErrorMode);
  readonly links?: readonly Link[];
  /** True: begins a new trace. Default false. */
  readonly root?: boolean;
  /** Default: the span that is active at the call. */
  readonly parent?: SpanParent;
}

/** With what may depend on receiver and arguments. */
export interface CallOptions<This, Args, Value> extends Omit<WithSpanOptions<Value>, 'links' | 'parent'> {
  /**
   * Attributes from the call's arguments; called only if the span records, with the function's `this`. Values that are
   * undefined are left out, and may be filled in later by `record`.
   */
  readonly fields?: (this: This, args: Args) => Attributes | undefined;
  /**
   * Arguments to record as attributes, by name or path: `['id', 'user.name']`. Code that will be minified gives the position in
   * place of the name: `['0', '1.name']`. Strings, numbers, booleans, arrays of these, dates and bigints are recorded.
   * Nothing of the arguments by default.
   */
  readonly record?: readonly string[];
  readonly links?: readonly Link[] | ((this: This, args: Args) => readonly Link[]);
  readonly parent?: SpanParent | ((this: This, args: Args) => SpanParent | undefined);
}

/** Options of `traced(name, fn, options)`; `F` is the function's type. */
export type NamedTracedOptions<F extends AnyFunction = AnyFunction> = CallOptions<
  ThisParameterType<F>,
  Parameters<F>,
  ResultOf<ReturnType<F>>
>;

/** Options of `traced(fn, options)`. */
export type TracedOptions<F extends AnyFunction = AnyFunction> = NamedTracedOptions<F> & {
  /** Default: the function's name. */
  readonly name?: string;
};

/** Options of `@instrument(options)`. */
export interface InstrumentOptions<This, Args, Value> extends CallOptions<This, Args, Value> {
  /** Default: the method's name. */
  readonly name?: string;
}
