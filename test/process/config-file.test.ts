// OTEL_CONFIG_FILE and OFFLOOP_ENV_FILE in real processes, with start() in code and under the preload.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { AppProcess, REGISTER, runApp } from './app-process.js';
import { OtlpSink } from './otlp-sink.js';

let sink: OtlpSink;
beforeEach(async () => {
  sink = await OtlpSink.start();
});
afterEach(() => sink.close());

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'offloop-config-file-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

const configFile = (more = '') =>
  file(
    'otel.yaml',
    `file_format: "1.0"
log_level: warn
resource:
  attributes:
    - name: service.name
      value: \${SERVICE:-from file}
    - { name: answer, value: 42, type: int }
propagator:
  composite:
    - b3:
tracer_provider:
  processors:
    - batch:
        schedule_delay: 600000
        exporter:
          otlp_http:
            endpoint: ${sink.url}/v1/traces
${more}`,
  );

/** They would send to nowhere, drop everything, or be wrong. */
const IGNORED = {
  OTEL_SERVICE_NAME: 'from variable',
  OTEL_TRACES_SAMPLER: 'always_off',
  OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
  OTEL_PROPAGATORS: 'baggage',
  OTEL_SDK_DISABLED: 'true',
  OTEL_BSP_SCHEDULE_DELAY: 'wrong',
  OFFLOOP_WORKERS: 'wrong',
};

function resource(): Record<string, unknown> {
  return Object.fromEntries(sink.spans[0].resource.map(({ key, value }) => [key, value]));
}

async function runCode(environment: NodeJS.ProcessEnv, options: object = {}) {
  const app = new AppProcess({ app: 'configured.mjs', args: [options], environment });
  return { app, end: await app.ended };
}

describe('a configuration file and start()', () => {
  test('the file wins: all other variables are ignored, except where it names them', async () => {
    const { app, end } = await runCode({ ...IGNORED, OTEL_CONFIG_FILE: configFile(), SERVICE: 'named' });
    expect(end).toMatchObject({ code: 0, stderr: '', stats: { recorded: 10, delivered: 10 } });
    expect(resource()).toMatchObject({ 'service.name': { string: 'named' }, answer: { int: '42' } });
    expect(await app.said('headers')).toEqual(['b3']);
  });

  test('without detectors in the file none run, without the reference its default counts', async () => {
    await runCode({ OTEL_CONFIG_FILE: configFile() });
    expect(resource()['service.name']).toEqual({ string: 'from file' });
    expect(resource()).not.toHaveProperty('process.pid');
  });

  test('options in code beat the file, one by one', async () => {
    const options = { serviceName: 'in code', sampler: { name: 'always_on' } };
    const sampler = '  sampler:\n    always_off:\n';
    const { end } = await runCode({ OTEL_CONFIG_FILE: configFile(sampler) }, options);
    expect(end.stats).toMatchObject({ recorded: 10, delivered: 10 });
    expect(resource()['service.name']).toEqual({ string: 'in code' });
  });

  test('a sampler, a console exporter and limits of the file take effect', async () => {
    const more = `    - simple:
        exporter:
          console:
  limits:
    attribute_count_limit: 0
  sampler:
    parent_based:
      root:
        always_on:
`;
    const { end } = await runCode({ OTEL_CONFIG_FILE: configFile(more) });
    expect(end.code).toBe(0);
    expect(end.stdout.match(/name: 'span \d'/g)).toHaveLength(10);
    expect(sink.spans).toHaveLength(10);
    expect(sink.spans[0]).toMatchObject({ attributes: [], droppedAttributes: 1 });
  });

  test('each OTLP exporter of the file gets every span, with the resource; variables count for none of them', async () => {
    const second = await OtlpSink.startGrpc();
    try {
      const more = `    - batch:
        schedule_delay: 600000
        exporter:
          otlp_grpc:
            endpoint: ${second.url}
`;
      const { end } = await runCode({ ...IGNORED, OTEL_CONFIG_FILE: configFile(more), SERVICE: 'both' });
      expect(end).toMatchObject({ code: 0, stderr: '', stats: { recorded: 10, delivered: 10 } });
      expect(second.names()).toEqual(sink.names());
      expect(second.requests[0]).toMatchObject({ contentType: 'grpc' });
      expect(second.spans[0].resource).toEqual(sink.spans[0].resource);
      expect(resource()['service.name']).toEqual({ string: 'both' });
    } finally {
      await second.close();
    }
  });

  test('a plug-in that was registered through offloop/sdk gets its properties and its spans', async () => {
    const path = file(
      'plug-in.yaml',
      'file_format: "1.0"\ntracer_provider:\n  processors:\n    - mine:\n        level: 3\n',
    );
    const app = new AppProcess({ app: 'plug-in.mjs', environment: { OTEL_CONFIG_FILE: path } });
    expect(await app.said('properties')).toEqual({ level: 3 });
    expect(await app.said('ended')).toEqual(['seen']);
    expect(await app.ended).toMatchObject({ code: 0, stderr: '' });
  });

  test('C3.1 a propagator that was registered stands where the file has it; one in code beats the file', async () => {
    const processors = 'tracer_provider:\n  processors:\n    - mine:\n';
    const propagator = 'propagator:\n  composite: [{ b3: }, { mine: }]\n  composite_list: baggage\n';
    const OTEL_CONFIG_FILE = file('propagator.yaml', `file_format: "1.0"\n${processors}${propagator}`);
    const fields = (options: object) =>
      new AppProcess({ app: 'plug-in.mjs', args: [options], environment: { OTEL_CONFIG_FILE } }).said(
        'fields',
      );
    expect(await fields({})).toEqual(['b3', 'x-mine', 'baggage']);
    expect(await fields({ propagators: ['jaeger'] })).toEqual(['uber-trace-id']);
  });

  test('the deprecated name works and warns', async () => {
    const { end } = await runCode({ OTEL_EXPERIMENTAL_CONFIG_FILE: configFile() });
    expect(end.stats).toMatchObject({ delivered: 10 });
    expect(end.stderr).toContain(
      'OTEL_EXPERIMENTAL_CONFIG_FILE is deprecated; rename it to OTEL_CONFIG_FILE.',
    );
  });

  test('a wrong file throws with code, file, line and path, and nothing has started', async () => {
    const path = configFile('  sampler:\n    unheard_of:\n');
    const { app, end } = await runCode({ OTEL_CONFIG_FILE: path });
    expect(end.code).toBe(0);
    expect(await app.said('refused')).toMatchObject({
      code: 'ERR_OFFLOOP_CONFIG_FILE',
      file: path,
      line: 19,
      path: 'tracer_provider.sampler.unheard_of',
    });
    expect(sink.requests).toEqual([]);
  });

  test('what only the options can tell to be wrong has its place in the file too', async () => {
    const path = configFile().replace('otel.yaml', 'endpoint.yaml');
    file(
      'endpoint.yaml',
      'file_format: "1.0"\ntracer_provider:\n  processors:\n    - batch:\n        exporter:\n          otlp_http:\n            endpoint: "ftp://x"\n',
    );
    const { app } = await runCode({ OTEL_CONFIG_FILE: path });
    const path7 = 'tracer_provider.processors[0].batch.exporter.otlp_http.endpoint';
    expect(await app.said('refused')).toMatchObject({ line: 7, path: path7 });
    // Under the preload the message is all there is.
    const end = await runApp({
      app: 'preloaded.mjs',
      nodeArgs: ['--import', REGISTER],
      environment: { OTEL_CONFIG_FILE: path },
    });
    expect(end.stderr).toContain(`not started: ${path}, line 7: ${path7} is "ftp://x"`);
  });
});

describe('a configuration file under offloop/register', () => {
  const preloaded = (environment: NodeJS.ProcessEnv) =>
    runApp({ app: 'preloaded.mjs', nodeArgs: ['--import', REGISTER], environment });

  test('is used', async () => {
    expect(await preloaded({ ...IGNORED, OTEL_CONFIG_FILE: configFile() })).toMatchObject({
      code: 0,
      stderr: '',
    });
    expect(sink.spans).toHaveLength(10);
  });

  test('C2 a wrong OTEL_LOG_LEVEL is ignored beside a file as all variables are', async () => {
    const end = await preloaded({ OTEL_CONFIG_FILE: configFile(), OTEL_LOG_LEVEL: 'loud' });
    expect(end).toMatchObject({ code: 0, stderr: '' });
  });

  test('its log level counts, not the variable', async () => {
    const path = file('debug.yaml', 'file_format: "1.7"\nlog_level: error\n');
    const end = await preloaded({ OTEL_CONFIG_FILE: path, OTEL_LOG_LEVEL: 'all' });
    expect(end.stderr).not.toContain('file_format');
    const loud = file('loud.yaml', 'file_format: "1.7"\nlog_level: warn\n');
    expect((await preloaded({ OTEL_CONFIG_FILE: loud, OTEL_LOG_LEVEL: 'none' })).stderr).toContain(
      'file_format',
    );
  });

  test.each([
    ['a missing file', () => join(directory, 'none.yaml'), 'ENOENT'],
    ['no YAML', () => file('bad.yaml', 'a: [\n'), 'bad.yaml, line 2'],
    [
      'a part that does not exist yet',
      () => file('m.yaml', 'file_format: "1.0"\nmeter_provider:\n'),
      'line 2',
    ],
  ])('%s is one message, no SDK, and the application runs', async (_, path, text) => {
    const end = await preloaded({
      OTEL_CONFIG_FILE: path(),
      // Not a way to go on with: a file that cannot be used is not replaced by something else.
      OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
    });
    expect(end.code).toBe(0);
    expect(end.stdout).toContain('"threads":0');
    expect(end.stderr.trim().split('\n')).toHaveLength(1);
    expect(end.stderr).toContain(text);
    expect(sink.requests).toEqual([]);
  });
});

describe('OFFLOOP_ENV_FILE', () => {
  test('gives what the environment does not have, under the preload and in code', async () => {
    const path = file(
      'app.env',
      `# comment\nexport OTEL_SERVICE_NAME="from file"\nOTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:9\nOTEL_BSP_SCHEDULE_DELAY=600000 # long\n`,
    );
    const environment = { OFFLOOP_ENV_FILE: path, OTEL_EXPORTER_OTLP_ENDPOINT: sink.url };
    const preload = await runApp({ app: 'preloaded.mjs', nodeArgs: ['--import', REGISTER], environment });
    expect(preload).toMatchObject({ code: 0, stderr: '' });
    expect(sink.spans).toHaveLength(10);
    expect(resource()['service.name']).toEqual({ string: 'from file' });
    const { end } = await runCode(environment);
    expect(end.stats).toMatchObject({ delivered: 10 });
  });

  test('may be of an editor that writes a byte order mark and CRLF', async () => {
    const path = file(
      'windows.env',
      `\ufeffOTEL_SERVICE_NAME='of windows'\r\nOTEL_EXPORTER_OTLP_ENDPOINT=${sink.url}\r\nOTEL_BSP_SCHEDULE_DELAY=600000\r\n`,
    );
    const { end } = await runCode({ OFFLOOP_ENV_FILE: path });
    expect(end).toMatchObject({ code: 0, stderr: '', stats: { delivered: 10 } });
    expect(resource()['service.name']).toEqual({ string: 'of windows' });
  });

  test('can name the configuration file, and what that refers to', async () => {
    const path = file('with-config.env', `OTEL_CONFIG_FILE=${configFile()}\nSERVICE=of the env file\n`);
    const { end } = await runCode({ OFFLOOP_ENV_FILE: path });
    expect(end.stats).toMatchObject({ delivered: 10 });
    expect(resource()['service.name']).toEqual({ string: 'of the env file' });
  });

  test.each([
    ['a missing file', () => join(directory, 'none.env'), 'none.env'],
    ['a bad line', () => file('bad.env', 'OTEL_SERVICE_NAME=ok\nnonsense\n'), 'line 2'],
  ])('%s is one warning under the preload and an error in code', async (_, path, text) => {
    const environment = { OFFLOOP_ENV_FILE: path(), OTEL_EXPORTER_OTLP_ENDPOINT: sink.url };
    const preload = await runApp({ app: 'preloaded.mjs', nodeArgs: ['--import', REGISTER], environment });
    expect(preload.code).toBe(0);
    expect(preload.stderr.trim().split('\n')).toHaveLength(1);
    expect(preload.stderr).toContain(text);
    expect(sink.spans).toHaveLength(10);
    const { app } = await runCode(environment);
    expect(await app.said('refused')).toMatchObject({ code: 'ERR_OFFLOOP_ENV_FILE' });
  });
});

test('OTEL_TRACES_EXPORTER=console prints spans and sends none; with otlp it does both', async () => {
  const run = (exporters: string) =>
    runApp({
      app: 'preloaded.mjs',
      nodeArgs: ['--import', REGISTER],
      environment: { OTEL_TRACES_EXPORTER: exporters, OTEL_EXPORTER_OTLP_ENDPOINT: sink.url },
    });
  const alone = await run('console');
  expect(alone).toMatchObject({ code: 0, stderr: '' });
  expect(alone.stdout.match(/name: 'span \d'/g)).toHaveLength(10);
  expect(alone.stdout).toContain('"threads":0');
  expect(sink.requests).toEqual([]);
  const both = await run('otlp,console');
  expect(both.stdout.match(/name: 'span \d'/g)).toHaveLength(10);
  expect(sink.spans).toHaveLength(10);
});
