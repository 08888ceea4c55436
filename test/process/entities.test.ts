// H15 and B8.9 on the wire: what collectors of each protocol decode, independently of src, of real processes' resources.

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { grpcCollector } from '../support/grpc-collector.js';
import {
  decodeEntityRefs,
  decodeJsonRequest,
  decodeProtobufRequest,
  type NormalEntityRef,
  type NormalResourceSpans,
  reencodeProtobufRequest,
} from '../support/otlp-decoder.js';
import { httpCollector } from '../support/raw-server.js';
import { appFile, runApp } from './app-process.js';

const OTEL_ENTITIES =
  'service{service.name=shop%2C%20north,service.instance.id=7}[service.version=1]@https://opentelemetry.io/schemas/1.44.0;' +
  'k8s.pod{k8s.pod.uid=%C3%A9}';

const EXPECTED: NormalEntityRef[] = [
  {
    schemaUrl: 'https://opentelemetry.io/schemas/1.44.0',
    type: 'service',
    idKeys: ['service.name', 'service.instance.id'],
    descriptionKeys: ['service.version'],
  },
  { schemaUrl: '', type: 'k8s.pod', idKeys: ['k8s.pod.uid'], descriptionKeys: [] },
];

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** Bodies that arrive, whatever the protocol. */
async function collector(protocol: string): Promise<{ url: string; bodies: Uint8Array[] }> {
  const bodies: Uint8Array[] = [];
  const server =
    protocol === 'grpc'
      ? await grpcCollector(({ body }) => {
          bodies.push(body);
          return new Uint8Array(0);
        })
      : await httpCollector((response, request) => {
          bodies.push(request.body);
          const json = protocol === 'http/json';
          response.writeHead(200, { 'content-type': json ? 'application/json' : 'application/x-protobuf' });
          response.end(json ? '{}' : '');
        });
  closing.push(() => server.close());
  return { url: `http://127.0.0.1:${server.port}`, bodies };
}

function expectResource(resources: NormalResourceSpans[]): void {
  expect(resources).toHaveLength(1);
  const [resource] = resources as [NormalResourceSpans];
  const attributes = Object.fromEntries(
    resource.attributes.map(({ key, value }) => [key, Object.values(value)[0]]),
  );
  expect(attributes).toMatchObject({
    'service.name': 'shop, north',
    'service.instance.id': '7',
    'service.version': '1',
    'k8s.pod.uid': 'é',
    'telemetry.sdk.name': 'offloop',
  });
  expect(resource.schemaUrl).toBe('');
  expect(resource.scopes.flatMap(({ spans }) => spans)).toHaveLength(100);
}

describe.each(['http/protobuf', 'grpc', 'http/json'])('%s', (protocol) => {
  async function bodyOf(environment: Record<string, string>): Promise<Uint8Array> {
    const { url, bodies } = await collector(protocol);
    const end = await runApp({
      app: 'end.mjs',
      args: [{ how: 'shutdown', start: { scheduledDelayMillis: 600_000 } }],
      environment: {
        OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
        OTEL_EXPORTER_OTLP_ENDPOINT: url,
        ...environment,
      },
    });
    expect(end).toMatchObject({ code: 0, stderr: '' });
    expect(bodies).toHaveLength(1);
    return bodies[0] as Uint8Array;
  }
  const form = protocol === 'http/json' ? 'json' : 'protobuf';

  test('B8.9 H15 the resource refers to its entities, and has their attributes', async () => {
    const body = await bodyOf({ OTEL_ENTITIES });
    expect(decodeEntityRefs(body, form)).toEqual([EXPECTED]);
    expectResource(form === 'json' ? decodeJsonRequest(body) : decodeProtobufRequest(body));
    if (form === 'protobuf') expect(Buffer.from(reencodeProtobufRequest(body)).equals(body)).toBe(true);
  });

  test('H15 without the variable there is nothing of it', async () => {
    const body = await bodyOf({});
    expect(decodeEntityRefs(body, form)).toEqual([[]]);
    expect(Buffer.from(body).includes('entityRefs')).toBe(false);
  });
});

test('B8.9 H15 a provider that code builds with the detector exports them too', async () => {
  const { url, bodies } = await collector('http/protobuf');
  const program = `
    import { BatchSpanProcessor, OTLPTraceExporter, TracerProvider, defaultResource, detectResources, envEntityDetector } from 'offloop/sdk';
    const detectors = [{ detect: () => ({ attributes: defaultResource().attributes }) }, envEntityDetector];
    const resource = detectResources({ detectors });
    const exporter = new OTLPTraceExporter({ url: ${JSON.stringify(`${url}/v1/traces`)} });
    const provider = new TracerProvider({ resource, spanProcessors: [new BatchSpanProcessor({ exporter })] });
    for (let i = 0; i < 100; i++) provider.getTracer('test').startSpan('span').end();
    await provider.shutdown();`;
  const ended = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    env: { PATH: process.env.PATH, OTEL_ENTITIES },
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    stdio: 'inherit',
  });
  expect(await once(ended, 'exit')).toEqual([0, null]);
  expect(bodies).toHaveLength(1);
  expect(decodeEntityRefs(bodies[0] as Uint8Array, 'protobuf')).toEqual([EXPECTED]);
  expectResource(decodeProtobufRequest(bodies[0] as Uint8Array));
});

test('H15 lines on standard output have them too', () => {
  const argument = JSON.stringify({ how: 'exit', start: {} });
  const { stdout } = spawnSync(process.execPath, [appFile('lines.mjs'), argument], {
    env: { PATH: process.env.PATH, OTEL_ENTITIES, OTEL_TRACES_EXPORTER: 'otlp/stdout' },
  });
  const [line] = stdout.toString('utf8').split('\n');
  expect(decodeEntityRefs(Buffer.from(line as string), 'json')).toEqual([EXPECTED]);
  expectResource(decodeJsonRequest(Buffer.from(line as string)));
});
