// Packages of others that plug into the trace SDK, unmodified and in the versions of test/apps/others/package.json: each in a
// process of its own on the official SDK, on offloop/sdk in its place, and under start(). What they send, return and say is the
// same. docs/compatibility.md has the table.

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { installFromLock, unpackOffloop } from '../support/installed-package.js';
import { decodeProtobufRequest } from '../support/otlp-decoder.js';

const FOLDER = join(import.meta.dirname, 'others');

const CASES = {
  exporters: ['otlpHttp', 'otlpProto', 'zipkin', 'langsmith'],
  processors: [
    ...['officialBatch2', 'officialSimple2', 'officialBatch3', 'baggage', 'langfuse'],
    ...['openInferenceSimple', 'openInferenceBatch', 'langsmith', 'sentry10', 'added'],
  ],
  samplers: ['composite', 'parentBased', 'jaegerRemote', 'awsXray', 'awsXrayIds'],
  propagators: ['all'],
  detectors: ['aws', 'azure', 'others'],
  bridges: ['opentracing', 'langfuseTracing', 'vercelAi', 'awsLambda', 'prisma'],
};

/** These change spans when they export them; under start() the ring has taken the span before. */
const CHANGES_EXPORTED_SPANS = new Set(['exporters/langsmith']);

interface CapturedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly contentType: string;
  readonly encoding: string;
  readonly authorization: string;
  readonly body: string;
}

interface CaseRun {
  readonly requests: readonly CapturedRequest[];
  readonly seen: unknown;
  readonly seenAfter: unknown;
  readonly ended?: { complete: boolean; plugInErrors: number };
  readonly messages: readonly string[];
  readonly thrown: readonly string[];
}

beforeAll(() => {
  installFromLock(FOLDER, console.error);
  unpackOffloop(FOLDER);
}, 300_000);

async function run(setting: string, name: string): Promise<CaseRun> {
  const { stdout } = await promisify(execFile)(process.execPath, ['run.mjs', setting, name], {
    cwd: FOLDER,
    timeout: 60_000,
  });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as CaseRun;
}

describe.each(Object.entries(CASES))('%s', (kind, names) => {
  test.each(names)('%s does on offloop what it does on the official SDK', async (key) => {
    const name = `${kind}/${key}`;
    const [official, sdk, start] = await Promise.all(
      ['official', 'sdk', 'start'].map((setting) => run(setting, name)),
    );
    expect(
      official.requests.length + JSON.stringify(official.seen ?? '').length,
      'it did something',
    ).toBeGreaterThan(2);
    expect(official.thrown).toEqual([]);
    expect(comparable(sdk), 'offloop/sdk').toEqual(comparable(official));
    const { exported, ...others } = comparable(official);
    const { exported: exportedByStart, ...othersOfStart } = comparable(start);
    expect(othersOfStart, 'start()').toEqual(others);
    if (!CHANGES_EXPORTED_SPANS.has(name)) expect(exportedByStart, 'start()').toEqual(exported);
    expect(start.ended).toMatchObject({ complete: true, plugInErrors: 0 });
  });
});

/** start() says that it leaves the application's context manager in its place. */
const CONTEXT_MANAGER = /^offloop: another OpenTelemetry SDK has already registered a global context manager/;

/** The official resource says of each attribute that a detector leaves undefined; under start() it is just not there. */
const UNDEFINED_ATTRIBUTE = /^dropping invalid resource attribute value/;

/** All that can be seen of a run, without what differs between two runs of one program on one SDK. */
function comparable({ requests, seen, seenAfter, messages, thrown }: CaseRun) {
  const sent = requests.map(({ body: _body, ...request }, index) => ({
    ...request,
    body: decoded(requests[index]!),
  }));
  const plain = {
    exported: sent.filter(({ path }) => path === '/v1/own').flatMap(({ body }) => body),
    sent: distinct(sent.filter(({ path }) => path !== '/v1/own')),
    ...{
      seen,
      seenAfter,
      thrown,
      messages: messages.filter(
        (message) => !UNDEFINED_ATTRIBUTE.test(message) && !CONTEXT_MANAGER.test(message),
      ),
    },
  };
  return JSON.parse(JSON.stringify(plain, steady), sorted) as Record<string, unknown>;
}

function decoded({ body, encoding, contentType, path }: CapturedRequest): unknown {
  // Sentry's, which are told in `seen` without their times and places in files.
  if (path.endsWith('/envelope/')) return undefined;
  const bytes = Buffer.from(body, 'base64');
  const plain = encoding === 'gzip' ? gunzipSync(bytes) : bytes;
  if (contentType === 'application/x-protobuf') return decodeProtobufRequest(plain);
  return plain.length === 0 ? undefined : JSON.parse(plain.toString());
}

/** A remote sampler asks as often as it comes to it. */
function distinct<T>(items: readonly T[]): T[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}

/** Spans of the program have times of June 2025: later ones are those of the clock. */
const CLOCK_TIME = /^(17[6-9]|1[89]\d)\d{16}$/;

function steady(key: string, value: unknown): unknown {
  if (typeof value === 'string' && CLOCK_TIME.test(value)) return '<time>';
  // Instana's agent is told who asks.
  if (key === 'pid') return '<pid>';
  // The Vercel AI SDK's own: a random id, and how long its model took. Sentry's: what it draws for each trace.
  if (typeof value === 'string') {
    return value.replace(/^aitxt-\w+$/, '<id>').replace(/sample_rand=[\d.]+/, 'sample_rand=<any>');
  }
  if (isAttribute(value) && /time_to|duration/.test(value.key)) return { key: value.key };
  return value;
}

/** The order of attributes means nothing; one that is undefined, which the official encoder sends without a value, is none. */
function sorted(_key: string, value: unknown): unknown {
  if (!Array.isArray(value) || !value.every(isAttribute)) return value;
  return value
    .filter((attribute) => !('value' in attribute) || !('empty' in Object(attribute.value)))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
}

function isAttribute(value: unknown): value is { key: string; value?: unknown } {
  return typeof value === 'object' && value !== null && typeof (value as { key?: unknown }).key === 'string';
}
