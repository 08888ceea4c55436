// A1.7 to A1.9: offloop/register and instrumentations that the application has installed. The applications are those of
// test/apps/register, with the packages of test/apps (installed on first use); others bring packages of their own.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, isAbsolute, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type AppEnd, AppProcess, REGISTER } from '../process/app-process.js';
import { OtlpSink } from '../process/otlp-sink.js';
import { installFromLock } from '../support/installed-package.js';

const HTTP = '@opentelemetry/instrumentation-http';
const EXPRESS = '@opentelemetry/instrumentation-express';
const AUTO = '@opentelemetry/auto-instrumentations-node';
/** What has something to say of the applications, of all that are enabled by default. */
const ALL = [EXPRESS, HTTP, '@opentelemetry/instrumentation-net', '@opentelemetry/instrumentation-router'];

/** What AppProcess resolves from. */
const APPS = fileURLToPath(new URL('../process/apps', import.meta.url));

let sink: OtlpSink;
let directory: string;

beforeAll(() => {
  installFromLock(fileURLToPath(new URL('.', import.meta.url)), console.error);
  directory = mkdtempSync(join(tmpdir(), 'offloop-register-'));
}, 300_000);
afterAll(() => rmSync(directory, { recursive: true }));
beforeEach(async () => {
  sink = await OtlpSink.start();
});
afterEach(() => sink.close());

interface Run {
  readonly end: AppEnd;
  readonly loaded: string[];
  /** Scopes of the spans, without doubles. */
  readonly scopes: string[];
}

async function run(app: string, flag: string, environment: NodeJS.ProcessEnv = {}): Promise<Run> {
  const process = new AppProcess({
    app: isAbsolute(app) ? relative(APPS, app) : `../../apps/register/${app}`,
    nodeArgs: flag === '' ? [] : [flag, REGISTER],
    environment: { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, OTEL_BSP_SCHEDULE_DELAY: '600000', ...environment },
  });
  const loaded = (await process.said('loaded')) as string[];
  return {
    end: await process.ended,
    loaded,
    scopes: [...new Set(sink.spans.map(({ scope }) => scope))].sort(),
  };
}

/** An application in a folder of its own, with packages of its own. */
function application(name: string, packages: Record<string, string>, code = ''): string {
  for (const [packageName, main] of Object.entries(packages)) {
    const folder = join(directory, name, 'node_modules', packageName);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: packageName, main: 'index.cjs' }));
    writeFileSync(join(folder, 'index.cjs'), main);
  }
  const file = join(directory, name, 'app.cjs');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${code}\nrequire('node:fs').writeSync(1, '{"loaded":[]}\\n');\n`);
  return file;
}

describe('A1.9 everything of auto-instrumentations-node', () => {
  test.each([
    ['app.mjs', '--import'],
    ['app.cjs', '--import'],
    ['app.cjs', '--require'],
    ['app.mjs', '--require'],
  ])('A1.9 %s is instrumented under %s, and the spans are one trace', async (app, flag) => {
    const { end, loaded, scopes } = await run(app, flag);
    expect(end).toMatchObject({ code: 0, stderr: '' });
    expect(loaded).toContain(AUTO);
    expect(loaded.length).toBeGreaterThan(30);
    expect(scopes).toEqual(ALL);
    expect(new Set(sink.spans.map(({ traceId }) => traceId)).size).toBe(1);
    const server = sink.spans.find(({ scope, parentSpanId }) => scope === HTTP && parentSpanId !== '');
    expect(server?.name).toBe('GET /hello/:name');
    const client = sink.spans.find(({ parentSpanId }) => parentSpanId === '');
    // offloop's own requests to the collector are nobody's spans: one client span, one server span, Express's.
    expect(sink.spans.filter(({ scope }) => scope === HTTP)).toHaveLength(2);
    expect(client?.spanId).toBe(server?.parentSpanId);
  });

  test('A1.9 from NODE_OPTIONS too, and not inside the export worker', async () => {
    // Counts the threads in which it runs: those of the application.
    const counter = application('counter', {}, '').replace('app.cjs', 'count.cjs');
    writeFileSync(counter, "require('node:fs').writeSync(1, 'in a thread\\n');");
    const { end, scopes } = await run('app.mjs', '', {
      NODE_OPTIONS: `--import ${REGISTER} --require ${counter}`,
    });
    expect(end).toMatchObject({ code: 0, stderr: '' });
    expect(scopes).toEqual(ALL);
    expect(end.stdout.match(/in a thread/g)).toHaveLength(1);
  });

  test('A1.9 OTEL_NODE_DISABLED_INSTRUMENTATIONS leaves some out', async () => {
    const { end, scopes } = await run('app.cjs', '--import', {
      OTEL_NODE_DISABLED_INSTRUMENTATIONS: 'express,net,router',
    });
    expect(end.stderr).toBe('');
    expect(scopes).toEqual([HTTP]);
  });

  test('A1.9 OTEL_NODE_ENABLED_INSTRUMENTATIONS names all, and only they are loaded', async () => {
    const { end, loaded, scopes } = await run('app.mjs', '--import', {
      OTEL_NODE_ENABLED_INSTRUMENTATIONS: ' http , express',
    });
    expect(end.stderr).toBe('');
    expect(scopes).toEqual([EXPRESS, HTTP]);
    expect(loaded).toEqual([EXPRESS, HTTP]);
  });

  test('A1.9 disabled beats enabled', async () => {
    const { scopes } = await run('app.cjs', '--import', {
      OTEL_NODE_ENABLED_INSTRUMENTATIONS: 'http,express',
      OTEL_NODE_DISABLED_INSTRUMENTATIONS: 'express',
    });
    expect(scopes).toEqual([HTTP]);
  });

  test.each(['OTEL_NODE_ENABLED_INSTRUMENTATIONS', 'OTEL_NODE_DISABLED_INSTRUMENTATIONS'])(
    'A1.9 an unknown name in %s is a warning',
    async (variable) => {
      const { end } = await run('app.cjs', '--import', { [variable]: 'http,no-such-thing' });
      expect(end.code).toBe(0);
      expect(end.stderr.trim().split('\n')).toHaveLength(1);
      expect(end.stderr).toContain('no-such-thing');
    },
  );
});

test('A1.7 a meter provider that is global before is what the instrumentations get', async () => {
  const meter = fileURLToPath(new URL('./register/meter.cjs', import.meta.url));
  const { end, scopes } = await run('app.mjs', '', {
    NODE_OPTIONS: `--require ${meter} --import ${REGISTER}`,
    OFFLOOP_INSTRUMENTATIONS: 'http',
  });
  expect(end).toMatchObject({ code: 0, stderr: '' });
  expect(end.stdout).toContain(JSON.stringify({ meter: HTTP }));
  expect(scopes).toEqual([HTTP]);
});

test.each([
  ['', '00-0af7651916cd43dd8448eb211c80319c-', 2],
  // No spans, and the context that came in goes out as it is.
  ['true', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', 0],
])('C2 OTEL_SDK_DISABLED=%j: context passes through the service', async (disabled, traceparent, spans) => {
  const { end, loaded } = await run('relay.mjs', '--import', {
    OTEL_SDK_DISABLED: disabled,
    OTEL_NODE_ENABLED_INSTRUMENTATIONS: 'http',
  });
  expect(end).toMatchObject({ code: 0, stderr: '' });
  expect(loaded[0].startsWith(traceparent)).toBe(true);
  expect(sink.spans.filter(({ kind }) => kind === 2)).toHaveLength(spans);
});

describe('A1.9 OFFLOOP_INSTRUMENTATIONS', () => {
  test('A1.9 none loads nothing', async () => {
    const { end, loaded, scopes } = await run('app.mjs', '--import', { OFFLOOP_INSTRUMENTATIONS: 'None' });
    expect(end).toMatchObject({ code: 0, stderr: '' });
    expect([loaded, scopes]).toEqual([[], []]);
  });

  test.each([
    ['http', [HTTP]],
    [`express, ${HTTP}`, [EXPRESS, HTTP]],
  ])('A1.9 %j loads these packages alone', async (names, packages) => {
    const { end, loaded, scopes } = await run('app.mjs', '--import', { OFFLOOP_INSTRUMENTATIONS: names });
    expect(end).toMatchObject({ code: 0, stderr: '' });
    expect(loaded).toEqual(packages);
    expect(scopes).toEqual(packages);
  });

  test('A1.9 a package that is not installed is a warning, and the others work', async () => {
    const { end, scopes } = await run('app.cjs', '--require', {
      OFFLOOP_INSTRUMENTATIONS: 'nothing-like-it,http',
    });
    expect(end.code).toBe(0);
    expect(end.stderr.trim().split('\n')).toHaveLength(1);
    expect(end.stderr).toContain('@opentelemetry/instrumentation-nothing-like-it');
    expect(scopes).toEqual([HTTP]);
  });

  test.each([
    ['throws when it is loaded', "throw new Error('cannot be loaded');", 'cannot be loaded'],
    ['exports no instrumentation', 'module.exports = { a: 1, b: class {} };', 'exports no instrumentation'],
    [
      'throws when it is made',
      `exports.MyInstrumentation = class {
        constructor() { throw new Error('not made'); }
        setTracerProvider() {} getConfig() {}
      };`,
      'not made',
    ],
  ])('A1.9 a package that %s is one warning', async (name, main, text) => {
    const app = application(name.replaceAll(' ', '-'), { 'my-instrumentation': main });
    const { end } = await run(app, '--import', { OFFLOOP_INSTRUMENTATIONS: 'my-instrumentation' });
    expect(end.code).toBe(0);
    expect(end.stderr.trim().split('\n')).toHaveLength(1);
    expect(end.stderr).toContain(text);
  });
});

describe('A1.9 whatever fails', () => {
  test('A1.9 nothing installed: nothing is said', async () => {
    const { end } = await run(application('bare', {}), '--import');
    expect(end).toMatchObject({ code: 0, stderr: '' });
  });

  test.each([
    ['cannot be loaded', "throw new Error('broken');", 'broken'],
    ['has another form', 'module.exports = {};', 'no instrumentations'],
    [
      'has no ESM hook beside it',
      'exports.getNodeAutoInstrumentations = () => [{ instrumentationName: "x" }];',
      'no instr',
    ],
  ])('A1.9 auto-instrumentations-node that %s is one warning', async (name, main, text) => {
    const { end } = await run(application(name.replaceAll(' ', '-'), { [AUTO]: main }), '--import');
    expect(end.code).toBe(0);
    expect(end.stderr.trim().split('\n')).toHaveLength(1);
    expect(end.stderr).toContain(text);
  });

  test('A1.1 another SDK that was there before is one message, and keeps what it has registered', async () => {
    const other = application('other-sdk', {}).replace('app.cjs', 'other.cjs');
    const api = fileURLToPath(new URL('../../node_modules/@opentelemetry/api', import.meta.url));
    writeFileSync(
      other,
      `const { context, propagation, trace, ROOT_CONTEXT } = require(${JSON.stringify(api)});
       context.setGlobalContextManager({ active: () => ROOT_CONTEXT, with: (c, f) => f(), bind: (c, f) => f,
         enable() { return this; }, disable() { return this; } });
       propagation.setGlobalPropagator({ inject() {}, extract: (c) => c, fields: () => ['theirs'] });
       trace.setGlobalTracerProvider({ getTracer: () => ({ theirs: true }) });`,
    );
    const app = application(
      'with-other-sdk',
      {},
      `const { propagation } = require(${JSON.stringify(api)});
       require('node:fs').writeSync(1, JSON.stringify({ fields: propagation.fields() }) + '\\n');`,
    );
    const { end } = await run(app, '--import', { NODE_OPTIONS: `--require ${other}` });
    expect(end.code).toBe(0);
    expect(end.stdout).toContain('{"fields":["theirs"]}');
    expect(end.stderr.match(/another OpenTelemetry SDK has already registered/g)).toHaveLength(1);
  });
});
