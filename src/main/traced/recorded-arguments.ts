// `record: ['id', 'user.name']`: argument names or paths, resolved once against the function's parameters, read at each
// call that records. Thread: the user's. Callers: span-definition.ts, traced-call.ts.

import type { Attributes } from '@opentelemetry/api';
import { quoteText } from '../../shared/config/quote.js';
import { OptionError } from '../../shared/errors.js';
import { reportCallbackError } from '../lifecycle/callback-errors.js';
import { reportMisuse } from '../lifecycle/diagnostics.js';
import { type Parameter, parametersOf } from './parameters.js';

export interface RecordedArgument extends Pick<Parameter, 'index' | 'isRest'> {
  /** As written: the attribute's key. */
  readonly key: string;
  /** From the argument to the value. */
  readonly path: readonly string[];
}

/** Throws an OptionError for a name that no parameter has. */
export function recordedArguments(
  owner: string,
  record: readonly string[],
  fn: (...args: never[]) => unknown,
): readonly RecordedArgument[] {
  const parameters = parametersOf(fn);
  return record.map((key) => {
    const [first, ...rest] = key.split('.') as [string, ...string[]];
    if (/^\d{1,3}$/.test(first)) return { key, index: Number(first), isRest: false, path: rest };
    const parameter = parameters.find(({ name }) => name === first);
    if (parameter === undefined || rest.includes('')) throw unknownArgument(owner, key, parameters);
    const { index, isRest, path } = parameter;
    return { key, index, isRest, path: [...path, ...rest] };
  });
}

function unknownArgument(owner: string, key: string, parameters: readonly Parameter[]): OptionError {
  const names = parameters.map(({ name }) => name).join(', ');
  return new OptionError({
    option: `${owner} record`,
    value: quoteText(key),
    range: names === '' ? 'a position (the parameters have no names)' : `one of ${names}, or a path from it`,
    remedy: "Correct the name, or give the argument's position: '0', '1.name'.",
  });
}

export function readArguments(
  recorded: readonly RecordedArgument[],
  args: readonly unknown[],
  spanName: string,
): Attributes {
  const attributes: Attributes = {};
  for (const argument of recorded) {
    try {
      const value = attributeOf(valueAt(argument, args));
      if (value !== undefined) attributes[argument.key] = value;
      else reportUnless(valueAt(argument, args), argument.key, spanName);
    } catch (error) {
      // A getter of the argument threw.
      reportCallbackError(`record '${argument.key}'`, spanName, error);
    }
  }
  return attributes;
}

function valueAt({ index, isRest, path }: RecordedArgument, args: readonly unknown[]): unknown {
  let value: unknown = isRest ? args.slice(index) : args[index];
  for (const key of path) {
    if (value === undefined || value === null) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

type Primitive = string | number | boolean;

/** Undefined: nothing that is recorded. Objects are not: what is in them is for the user to name. */
function attributeOf(value: unknown): Primitive | (Primitive | null)[] | undefined {
  if (isPrimitive(value)) return value;
  if (typeof value === 'bigint') return String(value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value.toISOString();
  if (!Array.isArray(value)) return undefined;
  return value.every((item) => item === null || isPrimitive(item)) ? [...value] : undefined;
}

function isPrimitive(value: unknown): value is Primitive {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function reportUnless(value: unknown, key: string, spanName: string): void {
  if (value === undefined || value === null) return;
  reportMisuse(
    'an argument to record is an object and was left out: name a path in it',
    `'${key}' of '${spanName}'`,
  );
}
