// What `offloop` is loaded as: few files instead of seventy. Loading the modules one by one takes main 35 ms, the bundle
// 7 ms (docs/decisions/0010-bundled-doors.md). Dependencies stay imports; what is loaded lazily stays a chunk of its own.
// The module files in dist/main, dist/worker and dist/shared are what tsc made of src: the bundle's input, the types,
// and what tests of single parts run.

function bundle(input, directory) {
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
      sdk: 'dist/main/sdk.js',
      testing: 'dist/main/testing.js',
    },
    'main',
  ),
  bundle({ entry: 'dist/worker/entry.js', inline: 'dist/worker/inline.js' }, 'worker'),
];
