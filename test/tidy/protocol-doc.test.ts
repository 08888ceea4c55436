// docs/protocol.md says what the constants say, of every constant and of nothing else.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import * as arena from '../../src/shared/arena/layout.js';
import * as record from '../../src/shared/codec/record-layout.js';
import * as counters from '../../src/shared/counters.js';
import * as pool from '../../src/shared/pool/pool-words.js';
import * as lane from '../../src/shared/ring/lane-layout.js';
import * as ring from '../../src/shared/ring/layout.js';
import { ROOT } from './source-files.js';

interface Documented {
  readonly name: string;
  readonly value: number;
  /** The column "byte", where there is one. */
  readonly byte: number | undefined;
}

/** Rows of the tables whose first column is "constant". */
function documentedConstants(markdown: string): Documented[] {
  const found: Documented[] = [];
  let columns: string[] | undefined;
  for (const line of markdown.split('\n')) {
    if (!line.startsWith('|')) {
      columns = undefined;
      continue;
    }
    const cells = line.split('|').slice(1, -1);
    const texts = cells.map((cell) => cell.trim());
    if (columns === undefined) {
      columns = texts;
    } else if (columns[0] === 'constant' && !texts[0]?.startsWith('-')) {
      const byteColumn = columns.indexOf('byte');
      found.push({
        name: (texts[0] as string).replaceAll('`', ''),
        value: Number(texts[1]),
        byte: byteColumn < 0 ? undefined : Number(texts[byteColumn]),
      });
    }
  }
  return found;
}

function constantsOf(modules: readonly object[]): Map<string, number> {
  const constants = new Map<string, number>();
  for (const [name, value] of modules.flatMap((module) => Object.entries(module))) {
    if (typeof value === 'number') constants.set(name, value);
    if (typeof value !== 'object' || value === null) continue;
    for (const [member, number] of Object.entries(value))
      constants.set(`${name}.${member}`, number as number);
  }
  return constants;
}

const markdown = readFileSync(join(ROOT, 'docs/protocol.md'), 'utf8');
const documented = documentedConstants(markdown);
const constants = constantsOf([ring, lane, pool, arena, record, counters]);

test('every constant of the layouts is documented once, and nothing else is', () => {
  expect(constants.size).toBeGreaterThan(70);
  expect(documented.map((row) => row.name).sort()).toEqual([...constants.keys()].sort());
});

test.each(documented)('$name is documented with its value', ({ name, value }) => {
  expect(value).toBe(constants.get(name));
});

test.each(documented.filter((row) => row.byte !== undefined))(
  '$name is documented at the byte of its word',
  ({ value, byte }) => {
    expect(byte).toBe(4 * value);
  },
);

test('the calls over the control port are documented with their parameters', () => {
  const source = readFileSync(join(ROOT, 'src/shared/control.ts'), 'utf8');
  const calls: string[] = [];
  for (const name of ['WorkerControl', 'MainControl']) {
    const body = new RegExp(`export interface ${name} \\{([^}]*)\\}`).exec(source)?.[1] ?? '';
    for (const [, method, parameters] of body.matchAll(/^ {2}(\w+)\(([^)]*)\):/gm)) {
      const names = (parameters as string).split(',').map((parameter) => parameter.split(':')[0]?.trim());
      calls.push(`${name}.${method}(${names.join(', ')})`);
    }
  }
  expect(calls.length).toBeGreaterThanOrEqual(5);
  const inDocument = [...markdown.matchAll(/^\| `((?:Worker|Main)Control\.[^`]+)`/gm)].map(
    (match) => match[1],
  );
  expect(inDocument.sort()).toEqual(calls.sort());
});

test('the reader of the tables sees a wrong value and a wrong byte', () => {
  const table =
    '| constant | word | byte | meaning |\n|---|---|---|---|\n| `A_WORD` | 0x20 | 129 | x |\n\n| other | 1 |\n';
  expect(documentedConstants(table)).toEqual([{ name: 'A_WORD', value: 32, byte: 129 }]);
});
