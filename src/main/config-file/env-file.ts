// OFFLOOP_ENV_FILE: variables from a file, with the meaning of `node --env-file`: what the environment already has stays.
// Thread: main, once before anything reads a variable. Callers: configure.ts, register.ts.

import { type ConfigMode, Settings } from '../../shared/config/settings.js';
import { describeRefusal, OptionError, type OptionErrorDetails } from '../../shared/errors.js';

export const ENV_FILE_VARIABLE = 'OFFLOOP_ENV_FILE';
const NO_NAME = /[\s"'`#\0]/;
const FILE_BYTES_MAX = 1024 * 1024;

type MutableEnvironment = Record<string, string | undefined>;

/** Files that were read: preload and `start()` both ask for the same one. */
const read = new Set<string>();

/** Returns warnings; in strict mode throws an OptionError instead. */
export function loadEnvFile(environment: MutableEnvironment, mode: ConfigMode): string[] {
  const file = new Settings(environment, mode).variable(ENV_FILE_VARIABLE);
  if (file === undefined || read.has(file)) return [];
  read.add(file);
  const refuse = (details: Omit<OptionErrorDetails, 'option'>): string[] => {
    const refusal = { option: ENV_FILE_VARIABLE, ...details };
    if (mode === 'lenient') return [describeRefusal(refusal)];
    // The next start() is to see the mistake too.
    read.delete(file);
    throw new OptionError(refusal);
  };
  const text = textOf(file);
  if (text === undefined) {
    return refuse({
      value: JSON.stringify(file),
      range: `a file of at most ${FILE_BYTES_MAX} bytes that can be read`,
      remedy: `Correct the path, or unset ${ENV_FILE_VARIABLE}.`,
    });
  }
  const variables = Object.entries(process.getBuiltinModule('node:util').parseEnv(text));
  const problem = problemOf(
    text,
    variables.map(([name]) => name),
  );
  const problems =
    problem === undefined
      ? []
      : refuse({
          value: `${JSON.stringify(file)}, ${problem}`,
          range: 'a file of lines NAME=value',
          remedy: 'The line is ignored; correct it.',
        });
  for (const [name, value] of variables) if (!NO_NAME.test(name)) environment[name] ??= value;
  return problems;
}

/** `parseEnv` takes a tab after `export`, or a space that does not break, for a part of the name. */
function problemOf(text: string, names: readonly string[]): string | undefined {
  const line = firstBadLine(text);
  if (line !== undefined) return `whose line ${line} is neither NAME=value nor a comment`;
  const wrong = names.find((name) => NO_NAME.test(name));
  return wrong === undefined ? undefined : `which has ${JSON.stringify(wrong)} where a name should be`;
}

function textOf(file: string): string | undefined {
  try {
    const bytes = process.getBuiltinModule('node:fs').readFileSync(file);
    return bytes.length > FILE_BYTES_MAX ? undefined : withoutMark(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}

/** Editors of Windows begin a file with a byte order mark: it would be part of the first name. */
function withoutMark(text: string): string {
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

/** `parseEnv` passes over what it cannot read; the line may be the one that matters. Lines count from 1. */
export function firstBadLine(text: string): number | undefined {
  let line = 1;
  let rest = text.replaceAll('\r\n', '\n');
  while (rest !== '') {
    const found =
      /^[^\S\n]*(?:#[^\n]*)?(?:\n|$)/.exec(rest) ??
      /^[^\S\n]*(?:export[^\S\n]+)?[^\s=#'"`]+[^\S\n]*=[^\S\n]*(?:(["'`])[\s\S]*?\1[^\n]*|[^\n]*)(?:\n|$)/.exec(
        rest,
      );
    if (found === null) return line;
    line += found[0].split('\n').length - 1;
    rest = rest.slice(found[0].length);
  }
  return undefined;
}
