// The source tree as the tidy tests read it: files, their code without comments, what they import.

import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export interface SourceFile {
  /** From the root, with slashes: `src/main/trace/span.ts`. */
  readonly path: string;
  readonly text: string;
}

export interface Import {
  /** As written. */
  readonly specifier: string;
  /** A file of the tree (`src/shared/limits.ts`), a built-in (`node:fs`) or a package (`@grpc/grpc-js`). */
  readonly target: string;
  readonly kind: 'file' | 'builtin' | 'package';
}

export function readTree(...folders: string[]): SourceFile[] {
  const files: SourceFile[] = [];
  for (const folder of folders) {
    for (const entry of readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !entry.name.endsWith('.ts')) continue;
      const path = relative(ROOT, join(entry.parentPath, entry.name)).split(sep).join('/');
      if (path.includes('node_modules/') || path.includes('dist/')) continue;
      files.push({ path, text: readFileSync(join(ROOT, path), 'utf8') });
    }
  }
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Keeps strings (an import is one) and blanks comments. */
export function withoutComments(text: string): string {
  const token =
    /("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`|(?<=[=(,:[!&|?{}\n;]\s*)\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/)|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;
  return text.replace(token, (_, kept: string | undefined) => kept ?? ' ');
}

/** Static, dynamic, type-only and re-exporting imports, and `require`. */
export function importsOf(file: SourceFile): Import[] {
  const code = withoutComments(file.text);
  const pattern =
    /(?:\bfrom|\bimport|\bimport\s*\(|\brequire(?:FromPackage)?\s*\(|\brequire\.resolve\s*\()\s*(['"`])([^'"`\n]+)\1/g;
  return [...code.matchAll(pattern)].map((match) => resolveImport(file.path, match[2] as string));
}

function resolveImport(from: string, specifier: string): Import {
  if (specifier.startsWith('.')) {
    const target = posix.normalize(posix.join(posix.dirname(from), specifier)).replace(/\.js$/, '.ts');
    return { specifier, target, kind: 'file' };
  }
  if (specifier.startsWith('node:')) return { specifier, target: specifier, kind: 'builtin' };
  const parts = specifier.split('/');
  const target = specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] as string);
  return { specifier, target, kind: 'package' };
}
