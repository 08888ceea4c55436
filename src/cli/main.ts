// The command line. Called by bin/offloop.js with the arguments after the script; resolves to the exit status.
// Each command is loaded only when it is called.

import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { USAGE, UsageError } from './usage.js';

const USAGE_STATUS = 2;

type Command = (args: string[]) => Promise<number> | number;

const commands: Readonly<Record<string, () => Promise<Command>>> = {
  demo: async () => (await import('./demo/demo-command.js')).demoCommand,
  receiver: async () => (await import('./receiver/receiver-command.js')).receiverCommand,
  check: async () => (await import('./check-command.js')).checkCommand,
};

export async function main(args: string[]): Promise<number> {
  const [first, ...rest] = args;
  try {
    if (first === undefined || first.startsWith('-')) return globalOptions(args);
    if (rest.includes('--help') || rest.includes('-h')) return print(USAGE);
    const load = Object.hasOwn(commands, first) ? commands[first] : undefined;
    if (load === undefined) throw new UsageError(`there is no command ${JSON.stringify(first)}`);
    const command = await load();
    return await command(rest);
  } catch (error) {
    if (!isUsageError(error)) throw error;
    console.error(`offloop: ${error.message}\n`);
    console.error(USAGE);
    return USAGE_STATUS;
  }
}

function globalOptions(args: string[]): number {
  const { values } = parseArgs({
    args,
    options: { help: { type: 'boolean', short: 'h' }, version: { type: 'boolean', short: 'v' } },
  });
  if (values.version) return print(`${packageVersion()}\n`);
  if (values.help) return print(USAGE);
  throw new UsageError('a command is needed');
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

function packageVersion(): string {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}

/** Ours, or one of parseArgs: unknown option, missing value, unexpected argument. */
function isUsageError(error: unknown): error is Error {
  if (error instanceof UsageError) return true;
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return error instanceof Error && code !== undefined && code.startsWith('ERR_PARSE_ARGS');
}
