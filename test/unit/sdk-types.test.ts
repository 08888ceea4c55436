// Code written against @opentelemetry/sdk-trace's types compiles with `offloop/sdk` in that package's place: the same file,
// through the compiler's `paths`, once as it is and once with the declarations that users get. Needs the built package.

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT } from '../tidy/source-files.js';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'offloop-types-'));
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

/** What the compiler says of `file` when `@opentelemetry/sdk-trace` is the module `standIn`. Empty: nothing. */
async function compile(file: string, standIn?: string): Promise<string> {
  const config = {
    compilerOptions: {
      ...{ strict: true, noEmit: true, skipLibCheck: true, target: 'ES2023', lib: ['ES2024'] },
      ...{
        module: 'NodeNext',
        moduleResolution: 'NodeNext',
        types: ['node'],
        typeRoots: [`${ROOT}node_modules/@types`],
      },
      paths: standIn === undefined ? {} : { '@opentelemetry/sdk-trace': [standIn] },
    },
    files: [file],
  };
  const path = join(directory, `tsconfig-${Math.random().toString(36).slice(2)}.json`);
  writeFileSync(path, JSON.stringify(config));
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [`${ROOT}node_modules/typescript/bin/tsc`, '-p', path],
      (_error, stdout, stderr) => resolve(stdout + stderr),
    );
  });
}

const USER_CODE = `${ROOT}test/types/user-sdk.ts`;

test('user code compiles against the official SDK', async () => {
  expect(await compile(USER_CODE)).toBe('');
});

test('the same code compiles with offloop/sdk in its place', async () => {
  expect(await compile(USER_CODE, `${ROOT}dist/main/sdk.d.ts`)).toBe('');
});

test('the compiler would say what is missing', async () => {
  expect(await compile(USER_CODE, `${ROOT}dist/main/recorder.d.ts`)).toContain(
    "no exported member 'TracerProvider'",
  );
});
