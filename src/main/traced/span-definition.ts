// The options of a traced function, checked and made ready once: what its calls share. Thread: the user's.
// Callers: traced.ts, instrument.ts, with-span.ts; traced-call.ts reads it at each call.

import type { Attributes, Link, SpanOptions } from '@opentelemetry/api';
import { LEVEL_DEFAULT, LEVEL_NAMES, type Level, levelRank } from '../../shared/config/level-directives.js';
import { quoteValue } from '../../shared/config/quote.js';
import { OptionError } from '../../shared/errors.js';
import { LevelGate } from '../levels/level-gate.js';
import { type RecordedArgument, recordedArguments } from './recorded-arguments.js';
import { type ScopeTracer, scopeTracer } from './scope-tracer.js';
import type { ErrorMode, SpanParent } from './traced-options.js';

type Callback<R> = (this: unknown, value: unknown) => R;

/** As they came, unchecked. */
export type GivenOptions = Readonly<Record<string, unknown>>;

const SCOPE_DEFAULT = 'offloop';
const KIND_MAX = 4;

export class SpanDefinition {
  readonly name: string;
  readonly gate: LevelGate;
  /** Undefined: none. */
  readonly spanOptions: SpanOptions | undefined;
  readonly fields: Callback<Attributes | undefined> | undefined;
  readonly recorded: readonly RecordedArgument[] | undefined;
  readonly result: Callback<Attributes | undefined> | undefined;
  readonly errors: ErrorMode | Callback<ErrorMode>;
  readonly links: Callback<readonly Link[]> | undefined;
  readonly parent: SpanParent | Callback<SpanParent | undefined> | undefined;
  /** False: a call is started with the name, `spanOptions` and nothing else. */
  readonly hasParts: boolean;
  /** True: `fields` or `recorded`. */
  readonly isDescribed: boolean;
  readonly scope: ScopeTracer;

  /** `owner`: the function that was called, for messages. `fn`: whose arguments `record` names. Throws an OptionError. */
  constructor(owner: string, name: unknown, options: GivenOptions, fn?: (...args: never[]) => unknown) {
    const check = new OptionCheck(owner, options);
    if (typeof name !== 'string' || name === '') {
      check.refuse(
        'name',
        name,
        'a name for the span',
        owner === 'instrument' ? 'Correct it, or leave it out.' : `Write ${owner}('name', ...).`,
      );
    }
    this.name = name as string;
    const level = check.value('level', (value) => levelRank(value) !== undefined, `one of ${LEVEL_NAMES}`);
    const target = check.value('target', isText, "a string, such as 'shop.cart'") ?? '';
    this.gate = new LevelGate((level ?? LEVEL_DEFAULT) as Level, target as string);
    this.scope = scopeTracer(target === '' ? SCOPE_DEFAULT : (target as string));
    const kind = check.value('kind', isKind, 'a SpanKind, 0 to 4');
    const attributes = check.value('attributes', isObject, 'an object of attributes');
    const links = check.value('links', isArrayOrFunction, 'an array of links');
    const root = check.value('root', (value) => typeof value === 'boolean', 'true or false');
    this.parent = check.value(
      'parent',
      isParent,
      'a Context, a Span or a SpanContext',
    ) as SpanDefinition['parent'];
    if (root === true && this.parent !== undefined) {
      check.refuse(
        'root',
        true,
        'left out where parent is given',
        'A root has no parent: remove one of the two.',
      );
    }
    this.fields = check.value('fields', isFunction, 'a function') as SpanDefinition['fields'];
    this.result = check.value('result', isFunction, 'a function') as SpanDefinition['result'];
    this.errors = (check.value('errors', isErrors, "'record', 'status', 'ignore' or a function") ??
      'record') as SpanDefinition['errors'];
    const record = check.value('record', isTexts, 'an array of argument names') as string[] | undefined;
    this.recorded = record && recordedArguments(owner, record, fn as (...args: never[]) => unknown);
    this.links = typeof links === 'function' ? (links as Callback<readonly Link[]>) : undefined;
    const spanOptions = {
      ...(kind === undefined ? undefined : { kind: kind as number }),
      // A copy: a later change of the object is no change of the spans.
      ...(attributes === undefined ? undefined : { attributes: { ...(attributes as Attributes) } }),
      ...(Array.isArray(links) ? { links: [...links] } : undefined),
      ...(root === true ? { root } : undefined),
    };
    this.spanOptions = Object.keys(spanOptions).length === 0 ? undefined : spanOptions;
    this.isDescribed = this.fields !== undefined || this.recorded !== undefined;
    this.hasParts = this.parent !== undefined || this.links !== undefined;
  }
}

class OptionCheck {
  readonly #owner: string;
  readonly #options: GivenOptions;

  constructor(owner: string, options: GivenOptions) {
    this.#owner = owner;
    this.#options = options;
  }

  value(name: string, isRight: (value: unknown) => boolean, range: string): unknown {
    const value = this.#options[name];
    if (value === undefined || isRight(value)) return value;
    return this.refuse(name, value, range, 'Correct it, or leave it out.');
  }

  refuse(name: string, value: unknown, range: string, remedy: string): never {
    throw new OptionError({ option: `${this.#owner} ${name}`, value: quoteValue(value), range, remedy });
  }
}

/** Throws an OptionError for what is no object, and for a name that is not among `names`. */
export function checkOptionNames(owner: string, options: unknown, names: readonly string[]): GivenOptions {
  if (options === undefined) return {};
  if (!isObject(options)) {
    const remedy = `Options are ${names.join(', ')}.`;
    throw new OptionError({
      option: `${owner} options`,
      value: quoteValue(options),
      range: 'an object',
      remedy,
    });
  }
  for (const name of Object.keys(options as object)) {
    if (names.includes(name)) continue;
    const range = `one of ${names.join(', ')}`;
    throw new OptionError({
      option: `${owner} option`,
      value: quoteValue(name),
      range,
      remedy: 'Correct its name.',
    });
  }
  return options as GivenOptions;
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every(isText);
}

function isKind(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= KIND_MAX;
}

function isFunction(value: unknown): boolean {
  return typeof value === 'function';
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isArrayOrFunction(value: unknown): boolean {
  return Array.isArray(value) || isFunction(value);
}

function isErrors(value: unknown): boolean {
  return isFunction(value) || ['record', 'status', 'ignore'].includes(value as string);
}

function isParent(value: unknown): boolean {
  if (isFunction(value)) return true;
  if (!isObject(value)) return false;
  const { getValue, spanContext, traceId } = value as Record<string, unknown>;
  return isFunction(getValue) || isFunction(spanContext) || isText(traceId);
}
