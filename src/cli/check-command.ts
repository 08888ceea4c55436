// `offloop check`: the configuration that the environment gives, and what is wrong with it. Starts nothing.

import { parseArgs } from 'node:util';
import { resolveConfig } from '../shared/config/resolve.js';
import type { ResolvedConfig } from '../shared/config/resolved-config.js';
import type { Environment } from '../shared/config/settings.js';

const WRONG_STATUS = 1;

/** Files that only start() reads: what is printed here is not what it will use. */
const FILES: Readonly<Record<string, string>> = {
  OTEL_CONFIG_FILE: 'start() uses that file, and none of the variables shown here',
  OTEL_EXPERIMENTAL_CONFIG_FILE: 'start() uses that file, and none of the variables shown here',
  OFFLOOP_ENV_FILE: 'start() adds the variables of that file, which are not shown here',
};

export function checkCommand(args: string[], environment: Environment = process.env): number {
  parseArgs({ args, options: {} });
  const { config, warnings: wrongValues } = resolveConfig(undefined, environment, 'lenient');
  const notes = Object.entries(FILES).filter(([name]) => (environment[name] ?? '').trim() !== '');
  const warnings = [...wrongValues, ...notes.map(([name, note]) => `${name} is set: ${note}.`)];
  const lines: string[] = [];
  describe(config, '', lines);
  console.log(lines.join('\n'));
  if (warnings.length === 0) return 0;
  console.error(`\n${warnings.length === 1 ? 'One thing is' : `${warnings.length} things are`} wrong:\n`);
  for (const warning of warnings) console.error(`  ${warning}`);
  return WRONG_STATUS;
}

function describe(group: object, path: string, lines: string[]): void {
  for (const [name, value] of Object.entries(group)) {
    const fullName = `${path}${name}`;
    if (fullName === 'exporter.headers') describeHeaders(value as Record<string, string>, lines);
    else if (fullName === 'entities')
      lines.push(line(fullName, typesOf(value as ResolvedConfig['entities'])));
    else if (typeof value === 'object' && value !== null && !Array.isArray(value))
      describe(value, `${fullName}.`, lines);
    else lines.push(line(fullName, Array.isArray(value) ? value.join(', ') : String(value ?? '(default)')));
  }
}

function typesOf(entities: ResolvedConfig['entities']): string {
  return entities.map(({ type, id }) => `${type}{${Object.keys(id).join(',')}}`).join(', ');
}

/** Headers carry keys: their values are nobody's business. */
function describeHeaders(headers: Readonly<Record<string, string>>, lines: string[]): void {
  for (const name of Object.keys(headers)) lines.push(line(`exporter.headers.${name}`, '(hidden)'));
}

function line(name: string, value: string): string {
  return `${name.padEnd(40)} ${value}`;
}
