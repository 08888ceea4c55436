// Levels of a whole application: the variable, the option, the configuration file, setLevel, and a wrong variable.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type AppEnd, REGISTER, runApp } from './app-process.js';
import { OtlpSink } from './otlp-sink.js';

let sink: OtlpSink;
beforeEach(async () => {
  sink = await OtlpSink.start();
});
afterEach(async () => {
  await sink.close();
});

async function run(
  given: object,
  environment: Record<string, string> = {},
  nodeArgs: string[] = [],
): Promise<AppEnd> {
  const end = await runApp({
    nodeArgs,
    app: 'levels.mjs',
    args: [given],
    environment: { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, ...environment },
  });
  expect(end.code, end.stderr).toBe(0);
  return end;
}

test('nothing is recorded when telemetry is disabled, and the work is done', async () => {
  await run({ set: 'trace' }, { OTEL_SDK_DISABLED: 'true' });
  expect(sink.names()).toEqual([]);
});

test('the default is info', async () => {
  const end = await run({});
  expect(sink.names()).toEqual(['started info ', 'started info db', 'started warn db']);
  expect(end.stderr).toBe('');
});

test('the variable decides, also before start(), until setLevel does', async () => {
  const end = await run({ before: true, set: 'off,db=info' }, { OFFLOOP_LEVEL: 'info,shop=debug,db=warn' });
  expect(end.stdout).toContain('{"before":false}');
  expect(sink.names()).toEqual([
    'set info db',
    'set warn db',
    'started debug shop.cart',
    'started info ',
    'started warn db',
  ]);
});

test('the option beats the variable', async () => {
  await run({ start: { level: 'error,shop.cart=trace' } }, { OFFLOOP_LEVEL: 'trace' });
  expect(sink.names()).toEqual(['started debug shop.cart']);
});

test('a wrong variable is one warning that names the directive, and info counts', async () => {
  const end = await run({ before: true }, { OFFLOOP_LEVEL: 'debug,db=loud' });
  expect(sink.names()).toEqual(['started info ', 'started info db', 'started warn db']);
  expect(end.stderr.match(/OFFLOOP_LEVEL is/g), end.stderr).toHaveLength(1);
  expect(end.stderr).toContain('OFFLOOP_LEVEL is "db=loud"');
});

test.each([[[]], [['--import', REGISTER]]])(
  'a configuration file has it among what only offloop has; the variable does not count beside it (node %j)',
  async (nodeArgs) => {
    const directory = mkdtempSync(join(tmpdir(), 'offloop-levels-'));
    try {
      const file = join(directory, 'otel.yaml');
      writeFileSync(
        file,
        `file_format: "1.0"
tracer_provider:
  processors:
    - batch: { exporter: { otlp_http: { endpoint: "${sink.url}/v1/traces" } } }
distribution:
  offloop: { level: "warn,shop=debug" }
`,
      );
      await run({}, { OTEL_CONFIG_FILE: file, OFFLOOP_LEVEL: 'trace' }, nodeArgs);
      expect(sink.names()).toEqual(['started debug shop.cart', 'started warn db']);
    } finally {
      rmSync(directory, { recursive: true });
    }
  },
);
