// Reads one setting at a time: the option in code, else the first of its environment variables that is set and
// right, else the default. Thread: main; callers: the *-config.ts files of this folder.
//
// A wrong option throws an OptionError. A wrong variable is one warning, and is as though it were not set: the next
// variable or the default counts. Empty and blank variables are not set (OpenTelemetry: Parsing empty value).

import { describeRefusal, OptionError, type OptionErrorDetails } from '../errors.js';
import { TIMEOUT_MILLIS_MAX } from '../limits.js';
import { quoteValue } from './quote.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Lenient: preloaded with `offloop/register`, which never stops an application. */
export type ConfigMode = 'strict' | 'lenient';

interface Setting {
  /** Name in code, with its path: `exporter.timeoutMillis`. */
  readonly option: string;
  /** The stronger variable first. */
  readonly variables: readonly string[];
}

export interface IntegerSetting extends Setting {
  readonly min: number;
  readonly max: number;
  readonly unit?: string;
}

export interface ParsedSetting<T> extends Setting {
  readonly parse: (text: string) => T | undefined;
  readonly range: string;
  readonly remedy?: string;
}

/** Decimal digits, with a sign if need be; nothing else is a number in a variable. */
const INTEGER = /^[+-]?\d{1,15}$/;
const DECIMAL = /^[+-]?(\d{1,15}(\.\d{0,20})?|\.\d{1,20})(e[+-]?\d{1,3})?$/i;

export class Settings {
  readonly warnings: string[] = [];
  readonly #environment: Environment;
  readonly mode: ConfigMode;

  constructor(environment: Environment, mode: ConfigMode) {
    this.#environment = environment;
    this.mode = mode;
  }

  warn(message: string): void {
    this.warnings.push(message);
  }

  /** Says why a variable is not used. */
  warnVariable(details: OptionErrorDetails): void {
    this.warn(describeRefusal(details));
  }

  /** The variable's text without surrounding white space; undefined if empty or not set. */
  variable(name: string): string | undefined {
    const text = this.#environment[name];
    if (typeof text !== 'string') return undefined;
    const trimmed = text.trim();
    return trimmed === '' ? undefined : trimmed;
  }

  /** Undefined: neither the option nor a variable says anything (right). */
  integerIfGiven(setting: IntegerSetting, value: unknown): number | undefined {
    const { min, max } = setting;
    const unit = setting.unit === undefined ? '' : ` (${setting.unit})`;
    const range = `a whole number from ${min} to ${max}${unit}`;
    if (value !== undefined) {
      if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
      throw new OptionError({
        option: setting.option,
        value: quoteValue(value),
        range,
        remedy: nearest(value, min, max),
      });
    }
    return this.parsed({
      ...setting,
      range,
      parse: (text) => {
        if (!INTEGER.test(text)) return undefined;
        const number = Number(text);
        return number >= min && number <= max ? number : undefined;
      },
    });
  }

  integer(setting: IntegerSetting, value: unknown, defaultValue: number): number {
    return this.integerIfGiven(setting, value) ?? defaultValue;
  }

  /** A time-out in milliseconds: 0 means unlimited, for which the greatest delay of a timer stands. */
  timeout(option: string, variables: readonly string[], value: unknown, defaultMillis: number): number {
    const setting = {
      option,
      variables,
      min: 0,
      max: TIMEOUT_MILLIS_MAX,
      unit: 'milliseconds, 0 = unlimited',
    };
    const millis = this.integer(setting, value, defaultMillis);
    return millis === 0 ? TIMEOUT_MILLIS_MAX : millis;
  }

  ratio(option: string, variables: readonly string[], value: unknown, defaultRatio: number): number {
    const range = 'a number from 0 to 1';
    if (value !== undefined) {
      if (typeof value === 'number' && value >= 0 && value <= 1) return value;
      throw new OptionError({ option, value: quoteValue(value), range, remedy: nearest(value, 0, 1) });
    }
    const parse = (text: string): number | undefined => {
      const number = DECIMAL.test(text) ? Number(text) : Number.NaN;
      return number >= 0 && number <= 1 ? number : undefined;
    };
    return this.parsed({ option, variables, range, parse }) ?? defaultRatio;
  }

  boolean(option: string, variables: readonly string[], value: unknown, defaultValue = false): boolean {
    if (value !== undefined) {
      if (typeof value === 'boolean') return value;
      const remedy = `Write ${option}: ${!defaultValue} or leave it out.`;
      throw new OptionError({ option, value: quoteValue(value), range: 'true or false', remedy });
    }
    // The first one that is set decides: what is not true is false, and no other variable counts then.
    const name = variables.find((variable) => this.variable(variable) !== undefined);
    if (name === undefined) return defaultValue;
    const text = this.variable(name) ?? '';
    const lower = text.toLowerCase();
    if (lower !== 'true' && lower !== 'false') {
      const remedy = `It counts as false; correct it or unset ${name}.`;
      this.warnVariable({ option: name, value: quoteValue(text), range: 'true or false', remedy });
    }
    return lower === 'true';
  }

  /** In code the exact word; in a variable in any case. */
  choiceIfGiven<T extends string>(
    option: string,
    variables: readonly string[],
    value: unknown,
    choices: readonly T[],
  ): T | undefined {
    const range = `one of ${choices.join(', ')}`;
    if (value !== undefined) {
      if (choices.includes(value as T)) return value as T;
      throw new OptionError({
        option,
        value: quoteValue(value),
        range,
        remedy: `Choose one of them or leave ${option} out.`,
      });
    }
    const parse = (text: string): T | undefined => choices.find((choice) => choice === text.toLowerCase());
    return this.parsed({ option, variables, range, parse });
  }

  /** Text which is used as it is; a NUL byte or too many characters make it wrong. */
  text(option: string, variables: readonly string[], value: unknown, lengthMax: number): string | undefined {
    const range = `text of 1 to ${lengthMax} characters without NUL`;
    const isRight = (text: string): boolean =>
      text !== '' && text.length <= lengthMax && !text.includes('\0');
    if (value !== undefined) {
      if (typeof value === 'string' && isRight(value)) return value;
      const remedy = `Shorten it or leave ${option} out.`;
      throw new OptionError({ option, value: quoteValue(value), range, remedy });
    }
    return this.parsed({ option, variables, range, parse: (text) => (isRight(text) ? text : undefined) });
  }

  /** The first variable that is set and parses. */
  parsed<T>(setting: ParsedSetting<T>): T | undefined {
    for (const name of setting.variables) {
      const text = this.variable(name);
      if (text === undefined) continue;
      const value = setting.parse(text);
      if (value !== undefined) return value;
      this.warnVariable({
        option: name,
        value: quoteValue(text),
        range: setting.range,
        remedy: setting.remedy ?? `It is ignored; correct it or unset ${name}.`,
      });
    }
    return undefined;
  }
}

function nearest(value: unknown, min: number, max: number): string {
  if (typeof value !== 'number' || Number.isNaN(value)) return `Give a number, as in ${min}.`;
  const bounded = Math.min(max, Math.max(min, value));
  return `Use ${bounded === value ? Math.round(value) : bounded}, for example.`;
}
