// The fences of the floor plan, as tables, and the checker that reads them. A violation is a sentence that names
// the rule and the way out.

import { importsOf, type SourceFile, withoutComments } from './source-files.js';

interface Layer {
  readonly layers: readonly string[];
  readonly packages: readonly string[];
  /** Undefined: all but the forbidden ones. */
  readonly builtins: readonly string[] | undefined;
  readonly forbiddenBuiltins: readonly string[];
  readonly wayOut: string;
}

const NETWORK = ['http', 'https', 'http2', 'net', 'tls', 'zlib', 'dgram', 'dns'].map(
  (name) => `node:${name}`,
);

const LAYERS: Readonly<Record<string, Layer>> = {
  shared: {
    layers: ['shared'],
    packages: [],
    builtins: [],
    forbiddenBuiltins: [],
    wayOut: 'shared imports nothing outside itself; let the caller hand it in',
  },
  main: {
    layers: ['main', 'shared'],
    packages: [
      '@opentelemetry/api',
      '@opentelemetry/core',
      '@opentelemetry/propagator-b3',
      '@opentelemetry/resources',
      'comlink',
      'piscina',
      'yaml',
    ],
    builtins: undefined,
    forbiddenBuiltins: [...NETWORK, 'node:child_process', 'node:cluster'],
    wayOut: 'main exports nothing itself; what both threads know belongs to shared, the work to worker',
  },
  worker: {
    layers: ['worker', 'shared'],
    packages: [
      '@opentelemetry/api',
      '@opentelemetry/otlp-transformer',
      '@grpc/grpc-js',
      'undici',
      'comlink',
      'piscina',
    ],
    builtins: undefined,
    forbiddenBuiltins: ['node:async_hooks', 'node:child_process', 'node:cluster'],
    wayOut: 'what both threads know belongs to shared',
  },
  cli: {
    layers: ['cli', 'shared'],
    packages: ['@opentelemetry/api', '@grpc/grpc-js', 'offloop'],
    builtins: undefined,
    forbiddenBuiltins: [],
    wayOut: 'the command line uses the package through its public doors',
  },
};

/** In each layer at most one file imports it: if the package changes, one file changes. */
const HEAVY_PACKAGES = [
  'piscina',
  'comlink',
  '@grpc/grpc-js',
  '@opentelemetry/otlp-transformer',
  '@opentelemetry/propagator-b3',
  'undici',
  'yaml',
];

interface Role {
  readonly target: string;
  readonly allowed: (path: string) => boolean;
  readonly rule: string;
}

const ROLES: readonly Role[] = [
  {
    target: 'src/shared/ring/writer.ts',
    allowed: (path) => path.startsWith('src/main/record/') || path.startsWith('src/shared/ring/'),
    rule: 'only main/record writes a ring',
  },
  {
    target: 'src/shared/ring/reader.ts',
    allowed: (path) => path.startsWith('src/worker/') || path.startsWith('src/shared/ring/'),
    rule: 'only the worker reads a ring',
  },
  {
    target: 'src/shared/arena/writer.ts',
    allowed: (path) => path.startsWith('src/main/') || path.startsWith('src/shared/'),
    rule: 'only a producing thread appends to its arena',
  },
  {
    target: 'src/shared/arena/reader.ts',
    allowed: (path) => path.startsWith('src/worker/') || path.startsWith('src/shared/'),
    rule: 'only the worker reads an arena',
  },
];

/** Files of main that may name a file of the worker, once each: the thread's entry, the pipeline without a thread, and how to know that both are there. */
const WORKER_MENTIONS = [
  'src/main/lifecycle/worker-host.ts',
  'src/main/lifecycle/inline-host.ts',
  'src/main/package/installed-package.ts',
];

const SOURCE_LINES_MAX = 400;
const TEST_LINES_MAX = 800;

export function violationsOf(files: readonly SourceFile[]): string[] {
  const violations: string[] = [];
  for (const file of files) {
    violations.push(...sizeViolations(file));
    if (!file.path.startsWith('src/')) continue;
    violations.push(...styleViolations(file), ...layerViolations(file), ...roleViolations(file));
  }
  violations.push(...heavyPackageViolations(files));
  return violations;
}

function sizeViolations({ path, text }: SourceFile): string[] {
  const max = path.startsWith('src/') ? SOURCE_LINES_MAX : TEST_LINES_MAX;
  const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
  return lines > max ? [`${path} has ${lines} lines; ${max} are the most. Split it by concept.`] : [];
}

function styleViolations({ path, text }: SourceFile): string[] {
  const violations: string[] = [];
  const code = withoutComments(text);
  if (!/^(#!.*\n)?(\/\/|\/\*)/.test(text)) {
    violations.push(`${path} does not start with a comment that says its role, its thread and its callers.`);
  }
  if (/\b(TODO|FIXME|XXX)\b/.test(text))
    violations.push(`${path} leaves a note of unfinished work; finish it.`);
  if (/\bexport\s*(type\s*)?\*/.test(code)) {
    violations.push(`${path} exports everything of another file; name what it exports.`);
  }
  if (/\bexport\s+default\b/.test(code) && !isEntry(path)) {
    violations.push(`${path} has a default export; use a named one.`);
  }
  if (isBarrel(path, code)) violations.push(`${path} only passes on other files; import these directly.`);
  if (path !== 'src/shared/atomics.ts' && /\bAtomics\b/.test(code)) {
    violations.push(
      `${path} names Atomics; use shared/atomics.ts, so that tests can put a model in its place.`,
    );
  }
  if (path.startsWith('src/main/') && !path.startsWith('src/main/package/') && findsFiles(code)) {
    violations.push(
      `${path} finds files by itself; main/package/installed-package.ts does, also in bundled applications.`,
    );
  }
  return violations;
}

/** By its own address, or Node's way to find packages from there. Texts may name both. */
function findsFiles(code: string): boolean {
  const withoutTexts = code.replace(/(['"`])(?:(?!\1).)*\1/g, '');
  const moduleImports = /import\s*\{([^}]*)\}\s*from\s*['"](?:node:)?module['"]/.exec(code)?.[1] ?? '';
  return withoutTexts.includes('import.meta') || moduleImports.includes('createRequire');
}

/** Piscina calls the default export of a worker's file. */
function isEntry(path: string): boolean {
  return path === 'src/worker/entry.ts';
}

function isBarrel(path: string, code: string): boolean {
  if (PUBLIC_DOORS.includes(path)) return false;
  const statements = code.replace(/\b(import|export)\s[^;]*?\bfrom\s*(['"])[^'"]+\2\s*;?/g, '');
  return /\bexport\b[^;]*\bfrom\b/.test(code) && statements.trim() === '';
}

const PUBLIC_DOORS = [
  'src/main/index.ts',
  'src/main/register.ts',
  'src/main/recorder.ts',
  'src/main/sdk.ts',
  'src/main/testing.ts',
];

function layerViolations(file: SourceFile): string[] {
  const name = file.path.split('/')[1] as string;
  const layer = LAYERS[name];
  if (layer === undefined)
    return [`${file.path} is in no known layer; the layers are ${Object.keys(LAYERS).join(', ')}.`];
  const violations: string[] = [];
  for (const { specifier, target, kind } of importsOf(file)) {
    const allowed =
      kind === 'file'
        ? layer.layers.includes(target.split('/')[1] as string) && target.startsWith('src/')
        : kind === 'package'
          ? layer.packages.includes(target)
          : (layer.builtins?.includes(target) ?? true) && !isForbidden(layer, target);
    if (!allowed)
      violations.push(`${file.path} imports ${specifier}, which ${name} may not; ${layer.wayOut}.`);
  }
  const mentions = withoutComments(file.text).match(/['"`][^'"`\n]*\bworker\/[^'"`\n]*\.js['"`]/g) ?? [];
  const mentionsMax = WORKER_MENTIONS.includes(file.path) ? 1 : 0;
  if (name === 'main' && mentions.length > mentionsMax) {
    violations.push(
      `${file.path} names a file of the worker ${mentions.length} times; only ${WORKER_MENTIONS.join(' and ')} may, once.`,
    );
  }
  return violations;
}

function isForbidden(layer: Layer, builtin: string): boolean {
  return layer.forbiddenBuiltins.some((name) => builtin === name || builtin.startsWith(`${name}/`));
}

function roleViolations(file: SourceFile): string[] {
  const targets = importsOf(file).map((found) => found.target);
  return ROLES.filter((role) => targets.includes(role.target) && !role.allowed(file.path)).map(
    (role) => `${file.path} imports ${role.target}; ${role.rule}.`,
  );
}

function heavyPackageViolations(files: readonly SourceFile[]): string[] {
  const violations: string[] = [];
  for (const layer of Object.keys(LAYERS)) {
    for (const name of HEAVY_PACKAGES) {
      const users = files.filter(
        (file) =>
          file.path.startsWith(`src/${layer}/`) && importsOf(file).some((found) => found.target === name),
      );
      if (users.length > 1) {
        const paths = users.map((file) => file.path).join(', ');
        violations.push(
          `${name} is imported by ${paths}; one file of ${layer} may. Let it export what the others need.`,
        );
      }
    }
  }
  return violations;
}
