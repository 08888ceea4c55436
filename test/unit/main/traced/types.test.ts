// The types that users get: test/types/traced.ts compiles against the built declarations, with decorators of both kinds.

import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT } from '../../../tidy/source-files.js';

const CODE = `${ROOT}test/types/traced.ts`;

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'offloop-types-'));
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

/** What the compiler says. Empty: nothing. */
function compile(file: string, experimentalDecorators: boolean): Promise<string> {
  const project = join(directory, `tsconfig-${Math.random().toString(36).slice(2)}.json`);
  const compilerOptions = {
    ...{
      strict: true,
      exactOptionalPropertyTypes: true,
      noEmit: true,
      skipLibCheck: false,
      experimentalDecorators,
    },
    ...{ target: 'ES2023', lib: ['ES2024'], module: 'NodeNext', moduleResolution: 'NodeNext' },
    ...{ types: ['node'], typeRoots: [`${ROOT}node_modules/@types`] },
    paths: {
      offloop: [`${ROOT}dist/main/index.d.ts`],
      '@opentelemetry/api': [`${ROOT}node_modules/@opentelemetry/api/dist/index.d.mts`],
    },
  };
  writeFileSync(project, JSON.stringify({ compilerOptions, files: [file] }));
  return new Promise((resolve) => {
    const tsc = `${ROOT}node_modules/typescript/bin/tsc`;
    execFile(process.execPath, [tsc, '-p', project], (_error, stdout, stderr) => resolve(stdout + stderr));
  });
}

test.each([false, true])('user code compiles, experimentalDecorators: %s', async (experimentalDecorators) => {
  expect(await compile(CODE, experimentalDecorators)).toBe('');
});

test('the compiler would see a type that is lost', async () => {
  const file = join(directory, 'lost.ts');
  const lost = 'same<typeof tracedOverloaded, (value: number) => number>(true);';
  writeFileSync(file, `${readFileSync(CODE, 'utf8')}\n${lost}\n`);
  expect(await compile(file, false)).toContain("error TS2345: Argument of type 'true'");
});
