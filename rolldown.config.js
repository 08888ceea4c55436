// What `offloop` is loaded as: few files instead of seventy. Loading the modules one by one takes main 35 ms, the bundle
// 7 ms (docs/decisions/0010-bundled-doors.md). Dependencies stay imports; what is loaded lazily stays a chunk of its own.
// The module files in dist/main, dist/worker and dist/shared are what tsc made of src: the bundle's input, the types,
// and what tests of single parts run.

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** The files that a module loads at once: what it imports, and what that imports, without `import()`. */
function loadedWith(entry) {
  const found = new Set();
  const visit = (file) => {
    if (found.has(file)) return;
    found.add(file);
    const imports = /^(?:(?:import|export)\s[^'"]*?from\s*|import\s*)['"](\.[^'"]+)['"]/gm;
    for (const [, specifier] of readFileSync(file, 'utf8').matchAll(imports)) {
      visit(resolve(file, '..', specifier));
    }
  };
  visit(resolve(import.meta.dirname, entry));
  return found;
}

/**
 * By itself rolldown makes a chunk for each set of doors that share something: fourteen files for `offloop/register`, at one
 * to two milliseconds each. With these groups it is four. `offloop/sdk` loads the runtime with what it shares with it:
 * classes that do nothing until they are used. `offloop/recorder`, which libraries import alone, and `offloop/testing` do not.
 */
function doorGroups() {
  const [register, recorder, testing] = ['register', 'recorder', 'testing'].map((door) =>
    loadedWith(`dist/main/${door}.js`),
  );
  const isDoor = (id) => /\/dist\/main\/(index|register|recorder|sdk|testing)\.js$/.test(id);
  const shared = (id) => register.has(id) && !isDoor(id);
  return [
    { name: 'records', test: (id) => shared(id) && recorder.has(id), priority: 3 },
    { name: 'base', test: (id) => shared(id) && testing.has(id), priority: 2 },
    { name: 'runtime', test: shared, priority: 1 },
  ];
}

function bundle(input, directory, groups = []) {
  return {
    input,
    external: (id) => !id.startsWith('.') && !id.startsWith('/'),
    platform: 'node',
    output: {
      dir: `dist/bundle/${directory}`,
      format: 'esm',
      entryFileNames: '[name].js',
      // One folder below, as deep as the modules are: paths to the worker's files, relative to import.meta.url, hold.
      chunkFileNames: 'chunks/[name].js',
      sourcemap: true,
      cleanDir: true,
      codeSplitting: { groups },
    },
  };
}

export default [
  bundle(
    {
      index: 'dist/main/index.js',
      register: 'dist/main/register.js',
      recorder: 'dist/main/recorder.js',
      // Loaded by path, when OTEL_CONFIG_FILE is set.
      'config-file/load': 'dist/main/config-file/load.js',
      // The same, when OTEL_TRACES_EXPORTER has console.
      'processors/console-processor': 'dist/main/processors/console-processor.js',
      // And when it has zipkin.
      'processors/zipkin-processor': 'dist/main/processors/zipkin-processor.js',
      // And when it has otlp/stdout beside otlp.
      'offload/stdout-processor': 'dist/main/offload/stdout-processor.js',
      // With a meter provider.
      'lifecycle/pipeline-metrics': 'dist/main/lifecycle/pipeline-metrics.js',
      // With the first blockOn; and what the threads of tasks run.
      'block-on/block-on-runner': 'dist/main/block-on/block-on-runner.js',
      'blocking/thread/block-on-thread': 'dist/main/blocking/thread/block-on-thread.js',
      'blocking/thread/task-thread': 'dist/main/blocking/thread/task-thread.js',
      sdk: 'dist/main/sdk.js',
      testing: 'dist/main/testing.js',
    },
    'main',
    doorGroups(),
  ),
  bundle({ entry: 'dist/worker/entry.js', inline: 'dist/worker/inline.js' }, 'worker'),
];
