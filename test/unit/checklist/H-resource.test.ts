// Section H of the checklist: the resource. H16's other half is in test/pipeline/late-resource.test.ts.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { basename, join } from 'node:path';
import { DiagLogLevel, diag } from '@opentelemetry/api';
import {
  type ResourceDetector as OfficialDetector,
  detectResources as officialDetectResources,
  processDetector as officialProcessDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { defaultAttributes, defaultServiceName } from '../../../src/main/resource/default-attributes.js';
import type { ResourceDetector } from '../../../src/main/resource/detector.js';
import { SEMCONV_SCHEMA_URL } from '../../../src/main/resource/detector.js';
import {
  hostArchitecture,
  hostDetector,
  osDetector,
  osType,
} from '../../../src/main/resource/host-detector.js';
import { isContainer, type Machine, machineId } from '../../../src/main/resource/machine-id.js';
import { ProcessDetector, processDetector } from '../../../src/main/resource/process-detector.js';
import { createProcessResource, ProcessResource } from '../../../src/main/resource/process-resource.js';
import { defaultResource, detectResources } from '../../../src/main/resource/sdk-resource.js';
import {
  envDetector,
  resourceAttributesEnvDetector,
  serviceInstanceIdDetector,
  serviceNameEnvDetector,
} from '../../../src/main/resource/service-detector.js';
import type { ArrayValue } from '../../../src/shared/codec/any-value.js';
import { decodeResourceBlob } from '../../../src/shared/codec/blob-decoder.js';
import type { StartOptions } from '../../../src/shared/config/options.js';
import { resolveConfig } from '../../../src/shared/config/resolve.js';
import { OFFLOOP_VERSION } from '../../../src/shared/version.js';

type Env = Record<string, string>;

function resolve(env: Env = {}, options: StartOptions = {}) {
  return resolveConfig(options, env, 'strict');
}

function resourceOf(env: Env = {}, options: StartOptions = {}, resource?: object): ProcessResource {
  return createProcessResource(resolve(env, options).config, options.resourceDetectors, resource as never);
}

const attributesOf = (...given: Parameters<typeof resourceOf>) =>
  Object.fromEntries(resourceOf(...given).attributes) as Record<string, unknown>;
const NONE = { OTEL_NODE_RESOURCE_DETECTORS: 'none' };

/** diag speaks once a minute about one kind of thing: a clock that jumps makes every test hear it. */
let messages: string[] = [];
let now = performance.now();
beforeEach(() => {
  const push = (text: string) => void messages.push(text);
  const logger = { error: push, warn: push, info: push, debug: push, verbose: push };
  diag.setLogger(logger, { logLevel: DiagLogLevel.ALL, suppressOverrideMessage: true });
  messages = [];
  now += 120_000;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  diag.disable();
});

describe('H1 the default resource', () => {
  const keys = ['service.name', 'telemetry.sdk.language', 'telemetry.sdk.name', 'telemetry.sdk.version'];

  test('H1 has the service and the SDK, without any detector', () => {
    expect(Object.keys(attributesOf(NONE)).sort()).toEqual(keys);
    expect(Object.keys(defaultResource().attributes).sort()).toEqual(keys);
  });

  test('H1 stays below a resource that is given', () => {
    const given = resourceFromAttributes({ 'service.name': 'mine', extra: [1, 2] });
    const attributes = attributesOf(NONE, {}, given);
    expect(Object.keys(attributes).sort()).toEqual(['extra', ...keys].sort());
    expect(attributes['service.name']).toBe('mine');
    expect((attributes.extra as ArrayValue).items).toEqual([1, 2]);
  });
});

test('H2 the service name is unknown_service:<executable name>, and unknown_service without one', () => {
  expect(defaultServiceName('node')).toBe('unknown_service:node');
  expect(defaultServiceName('/usr/bin/node22')).toBe('unknown_service:node22');
  expect(defaultServiceName('C:\\node\\node.exe')).toBe('unknown_service:node.exe');
  expect(defaultServiceName('')).toBe('unknown_service');
  expect(attributesOf(NONE)['service.name']).toBe(`unknown_service:${basename(process.argv0)}`);
});

test('H3 the SDK is offloop, of this version, for nodejs', () => {
  const sdk = {
    'telemetry.sdk.name': 'offloop',
    'telemetry.sdk.language': 'nodejs',
    'telemetry.sdk.version': OFFLOOP_VERSION,
  };
  expect(defaultResource().attributes).toMatchObject(sdk);
  expect(attributesOf()).toMatchObject(sdk);
  expect(Object.keys(defaultAttributes()).filter((key) => key.startsWith('telemetry.distro'))).toEqual([]);
});

test('H4 the instance has a random UUID of version 4, the same one however often it is asked for', () => {
  const id = attributesOf()['service.instance.id'];
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(serviceInstanceIdDetector.detect().attributes).toEqual({ 'service.instance.id': id });
});

describe('H5 merging', () => {
  test('H5 the stronger source wins, also when it is empty: detectors, variables, resource, code', () => {
    const detector: ResourceDetector = {
      detect: () => ({ attributes: { a: 'detected', b: 'detected', c: 'detected', d: 'detected', e: '' } }),
    };
    const env = { OTEL_RESOURCE_ATTRIBUTES: 'b=variable,c=variable,d=variable,e=variable' };
    const options: StartOptions = { resourceDetectors: [detector], resourceAttributes: { d: 'code', e: '' } };
    const given = resourceFromAttributes({ c: 'resource', d: 'resource' });
    expect(attributesOf(env, options, given)).toMatchObject({
      a: 'detected',
      b: 'variable',
      c: 'resource',
      d: 'code',
      e: '',
    });
  });

  test('H5 the service name: code, then a resource, then OTEL_SERVICE_NAME, then OTEL_RESOURCE_ATTRIBUTES', () => {
    const env: Env = { ...NONE, OTEL_RESOURCE_ATTRIBUTES: 'service.name=attribute' };
    const name = (...given: Parameters<typeof resourceOf>) => attributesOf(...given)['service.name'];
    expect(name(env)).toBe('attribute');
    env.OTEL_SERVICE_NAME = 'variable';
    expect(name(env)).toBe('variable');
    const given = resourceFromAttributes({ 'service.name': 'resource' });
    expect(name(env, {}, given)).toBe('resource');
    expect(name(env, { resourceAttributes: { 'service.name': 'code' } }, given)).toBe('code');
    const both = { serviceName: 'option', resourceAttributes: { 'service.name': 'code' } };
    expect(name(env, both, given)).toBe('option');
  });

  const withSchema = (schemaUrl: string | undefined): ResourceDetector => ({
    detect: () => ({ attributes: {}, ...(schemaUrl === undefined ? {} : { schemaUrl }) }),
  });

  test.each([
    [[undefined, undefined], ''],
    [['urn:a', undefined], 'urn:a'],
    [[undefined, 'urn:a'], 'urn:a'],
    [['urn:a', 'urn:a', ''], 'urn:a'],
    [['urn:a', 'urn:b'], ''],
  ])('H5 schema URLs %j become %j', (urls, merged) => {
    const resource = resourceOf({}, { resourceDetectors: urls.map(withSchema) });
    expect(resource.schemaUrl).toBe(merged);
    expect(messages.join().includes('schema URLs differ')).toBe(urls.includes('urn:b'));
    const sdk = detectResources({ detectors: urls.map(withSchema) });
    expect(sdk.schemaUrl ?? '').toBe(merged);
  });

  test('H5 what is sent does not change when a detector changes what it gave', () => {
    const attributes = { list: ['a'], text: 'a' };
    const resource = resourceOf(NONE, { resourceDetectors: [{ detect: () => ({ attributes }) }] });
    const before = resource.blob();
    attributes.list.push('b');
    attributes.text = 'b';
    expect(resource.blob()).toEqual(before);
  });
});

describe('H6 detectors', () => {
  test('H6 one that throws, or gives nonsense, is reported and does not stop the others', () => {
    const throwing = (value: unknown): ResourceDetector => ({
      detect: () => {
        throw value;
      },
    });
    const detectors = [
      throwing(new Error('no network')),
      throwing(null),
      { detect: () => null as never },
      { detect: () => ({ attributes: { 1: () => {}, object: {}, mixed: [1, 'a'], ok: true } }) },
      {
        detect: () => ({
          attributes: Object.defineProperty({}, 'x', { enumerable: true, get: () => never() }),
        }),
      },
      { detect: () => ({ attributes: { last: 'kept' } }) },
    ];
    const never = () => {
      throw new Error('getter');
    };
    const attributes = attributesOf({}, { resourceDetectors: detectors });
    expect(attributes).toMatchObject({ ok: true, last: 'kept', 'telemetry.sdk.name': 'offloop' });
    expect(Object.keys(attributes)).toHaveLength(6);
    expect(messages.join('\n')).toContain('no network');
    expect(messages.join('\n')).toContain('getter');
  });

  test('H6 nothing detected is no error', () => {
    const empty = [{ detect: () => ({}) }, { detect: () => ({ attributes: { a: undefined } }) }];
    expect(Object.keys(attributesOf({}, { resourceDetectors: empty }))).toHaveLength(4);
    expect(messages).toEqual([]);
  });

  test('H6 values of any kind are taken, or left out with a warning', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.anything()), (drawn) => {
        const resource = resourceOf({}, { resourceDetectors: [{ detect: () => ({ attributes: drawn }) }] });
        expect(decodeResourceBlob(resource.blob())?.attributes.length).toBe(resource.attributes.size);
      }),
    );
  });

  test('H6 at most 256 attributes of one detector are kept', () => {
    const attributes = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`key${i}`, i]));
    const detected = attributesOf({}, { resourceDetectors: [{ detect: () => ({ attributes }) }] });
    expect(detected).toMatchObject({ key0: 0, key255: 255 });
    expect(detected).not.toHaveProperty('key256');
    expect(messages.join()).toContain('more than 256');
  });
});

describe('H7 detectors name the schema of their attributes', () => {
  test.each([
    ['process', processDetector],
    ['host', hostDetector],
    ['os', osDetector],
    ['service instance', serviceInstanceIdDetector],
  ])('H7 %s', (_, detector) => {
    expect(detector.detect().schemaUrl).toBe(SEMCONV_SCHEMA_URL);
    expect(detectResources({ detectors: [detector] }).schemaUrl).toBe(SEMCONV_SCHEMA_URL);
  });

  test('H7 and the resource has it', () => {
    expect(resourceOf().schemaUrl).toBe(SEMCONV_SCHEMA_URL);
    expect(decodeResourceBlob(resourceOf().blob())?.schemaUrl).toBe(SEMCONV_SCHEMA_URL);
    expect(resourceOf(NONE).schemaUrl).toBe('');
  });
});

describe('H8 detectors by name', () => {
  const groupsOf = (names: string) =>
    [
      ...new Set(
        Object.keys(attributesOf({ OTEL_NODE_RESOURCE_DETECTORS: names }))
          .filter((key) => key !== 'service.name' && !key.startsWith('telemetry.'))
          .map((key) => key.split('.')[0]),
      ),
    ].sort();

  test.each([
    ['', ['host', 'os', 'process', 'service']],
    ['service', ['service']],
    ['host', ['host', 'os']],
    ['process', ['process']],
    ['PROCESS , host', ['host', 'os', 'process']],
    ['os', ['os']],
    ['serviceinstance', ['service']],
    ['env', []],
    ['none', []],
    ['all', ['host', 'os', 'process', 'service']],
  ])('H8 OTEL_NODE_RESOURCE_DETECTORS=%j detects %j', (names, groups) => {
    expect(groupsOf(names)).toEqual(groups);
  });

  test.each([
    ['host,cloud', 'cloud', ['host']],
    ['host,os,host', 'host', ['host', 'os']],
    ['cloud', 'cloud', ['service', 'host', 'process']],
  ])('H8 in %j the name %j is reported', (names, refused, kept) => {
    const { config, warnings } = resolve({ OTEL_NODE_RESOURCE_DETECTORS: names });
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(`"${refused}"`);
    expect(config.resourceDetectors).toEqual(kept);
  });

  test('H8 in code an unknown or doubled name is an error; objects go with names', () => {
    const refused = [['cloud'], ['host', 'host'], 'host', [{}], [null], Array(65).fill({ detect() {} })];
    for (const resourceDetectors of refused) {
      expect(() => resolve({}, { resourceDetectors } as never)).toThrow(
        expect.objectContaining({ code: 'ERR_OFFLOOP_RESOURCE_DETECTORS' }),
      );
    }
    const detector = { detect: () => ({ attributes: { mine: 1 } }) };
    const attributes = attributesOf({}, { resourceDetectors: [detector, 'os'] });
    expect(attributes).toMatchObject({ mine: 1, 'os.type': expect.any(String) });
    expect(attributes).not.toHaveProperty('process.pid');
    expect(resolve({}, { resourceDetectors: Array(64).fill(detector) }).warnings).toEqual([]);
  });
});

test('H9 H14 the container detector is a package of its own: without it, one warning that names it', () => {
  expect(attributesOf({ OTEL_NODE_RESOURCE_DETECTORS: 'container' })).not.toHaveProperty('container.id');
  expect(messages).toHaveLength(1);
  expect(messages[0]).toContain('npm install @opentelemetry/resource-detector-container');
});

test('H14 the container detector runs where the application has installed it', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'offloop-detector-'));
  const folder = join(directory, 'node_modules/@opentelemetry/resource-detector-container');
  mkdirSync(folder, { recursive: true });
  const code =
    "exports.containerDetector = { detect: () => ({ attributes: { 'container.id': Promise.resolve('c1') } }) }";
  writeFileSync(join(folder, 'index.js'), code);
  vi.spyOn(process, 'cwd').mockReturnValue(directory);
  try {
    const resource = resourceOf({ OTEL_NODE_RESOURCE_DETECTORS: 'container' });
    await resource.settled;
    expect(resource.attributes.get('container.id')).toBe('c1');
    expect(messages).toEqual([]);
  } finally {
    rmSync(directory, { recursive: true });
  }
});

describe('H10 process', () => {
  test('H10 what runs: pid, executable, command, owner, runtime', () => {
    const { title } = process;
    process.title = 'renamed';
    try {
      expect(attributesOf()).toMatchObject({
        'process.pid': process.pid,
        'process.executable.name': basename(process.execPath),
        'process.executable.path': process.execPath,
        'process.command': process.argv[1],
        'process.owner': userInfo().username,
        'process.runtime.name': 'nodejs',
        'process.runtime.version': process.versions.node,
        'process.runtime.description': 'Node.js',
      });
    } finally {
      process.title = title;
    }
  });
});

describe('H11 command arguments and creation', () => {
  test('H11 arguments are told only if asked for', () => {
    const argumentsOf = (env: Env, options: StartOptions = {}) =>
      (attributesOf(env, options)['process.command_args'] as ArrayValue | undefined)?.items;
    const all = [process.argv[0], ...process.execArgv, ...process.argv.slice(1)];
    expect(argumentsOf({})).toBeUndefined();
    expect(argumentsOf({ OFFLOOP_PROCESS_COMMAND_ARGS: 'true' })).toEqual(all);
    expect(argumentsOf({}, { processCommandArgs: true })).toEqual(all);
    const sdk = detectResources({ detectors: [new ProcessDetector({ commandArgs: true })] });
    expect(sdk.attributes['process.command_args']).toEqual(all);
    for (const detector of [processDetector, new ProcessDetector({}), new ProcessDetector()]) {
      const { attributes = {} } = detector.detect();
      expect(attributes['process.command_args']).toBeUndefined();
      expect(attributes).not.toHaveProperty('process.command_line');
    }
  });

  test('H11 the time of creation identifies the process', () => {
    const time = attributesOf()['process.creation.time'] as string;
    expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    const started = Date.now() - process.uptime() * 1000;
    expect(Math.abs(Date.parse(time) - started)).toBeLessThan(1000);
    // It stays the same, however much later it is asked for.
    vi.useFakeTimers({ now: Date.now() + 3_600_000, toFake: ['Date'] });
    try {
      expect(attributesOf()['process.creation.time']).toBe(time);
    } finally {
      vi.useRealTimers();
    }
  });
});

test('A1.10 detectors of OTel JS are detectors here, and ours are detectors there', async () => {
  const official: OfficialDetector[] = [hostDetector, osDetector, processDetector, serviceInstanceIdDetector];
  const theirs = officialDetectResources({ detectors: official });
  await theirs.waitForAsyncAttributes?.();
  expect(theirs.attributes).toMatchObject({
    'os.type': osType(process.platform),
    'process.pid': process.pid,
  });
  const ours: ResourceDetector = officialProcessDetector;
  expect(attributesOf({}, { resourceDetectors: [officialProcessDetector] })).toMatchObject({
    'process.pid': process.pid,
    'process.executable.name': process.title,
  });
  expect(detectResources({ detectors: [ours] }).attributes['process.pid']).toBe(process.pid);
});

describe('H12 host', () => {
  const machine = (files: Env, more: Partial<Machine> = {}): Machine => ({
    platform: 'linux',
    environment: {},
    exists: (path) => path in files,
    read: (path) => {
      if (!(path in files)) throw new Error('ENOENT');
      return files[path];
    },
    ...more,
  });

  test.each([
    ['x64', 'amd64'],
    ['arm', 'arm32'],
    ['arm64', 'arm64'],
    ['ppc', 'ppc32'],
    ['ppc64', 'ppc64'],
    ['ia32', 'x86'],
    ['s390x', 's390x'],
  ])('H12 the architecture %s is %s', (node, name) => {
    expect(hostArchitecture(node)).toBe(name);
  });

  test('H12 the id is the machine id, from the first file that has one', () => {
    expect(machineId(machine({ '/etc/machine-id': 'abc\n' }))).toBe('abc');
    expect(machineId(machine({ '/etc/machine-id': '\n', '/var/lib/dbus/machine-id': 'def' }))).toBe('def');
    expect(machineId(machine({}))).toBeUndefined();
    expect(machineId(machine({ '/etc/hostid': 'ghi' }, { platform: 'freebsd' }))).toBe('ghi');
    expect(machineId(machine({ '/etc/machine-id': 'x'.repeat(256) }))).toHaveLength(256);
    expect(machineId(machine({ '/etc/machine-id': 'x'.repeat(257) }))).toBeUndefined();
  });

  test.each<[string, Env, Env]>([
    ['docker', { '/.dockerenv': '' }, {}],
    ['podman', { '/run/.containerenv': '' }, {}],
    ['kubernetes', {}, { KUBERNETES_SERVICE_HOST: '10.0.0.1' }],
    ['systemd-nspawn', {}, { container: 'systemd-nspawn' }],
    ['cgroup v1', { '/proc/1/cgroup': '12:pids:/docker/0123456789abcdef\n' }, {}],
    [
      'cgroup v2, overlay',
      {
        '/proc/1/cgroup': '0::/\n',
        '/proc/self/mountinfo':
          '530 391 0:50 / / rw,relatime master:186 - overlay overlay rw,lowerdir=/x/fs\n' +
          '531 530 0:53 / /proc rw,nosuid - proc proc rw\n',
      },
      {},
    ],
    [
      'cgroup v2, another file system',
      {
        '/proc/1/cgroup': '0::/\n',
        '/proc/self/mountinfo':
          '530 391 8:1 /snapshots/7 / rw,relatime - btrfs /dev/sda1 rw\n' +
          '540 530 8:1 /var/lib/x/0a1b/hostname /etc/hostname rw,relatime - ext4 /dev/sda1 rw\n',
      },
      {},
    ],
  ])('H12 inside a container (%s) there is none', (_, files, environment) => {
    const inside = machine({ ...files, '/etc/machine-id': 'abc' }, { environment });
    expect(isContainer(inside)).toBe(true);
    expect(machineId(inside)).toBeUndefined();
    const host = {
      '/proc/1/cgroup': '0::/init.scope\n',
      '/proc/self/mountinfo':
        '22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n' +
        '90 22 0:40 / /var/lib/docker/overlay2/a/merged rw,relatime shared:9 - overlay overlay rw\n',
    };
    expect(isContainer(machine(host))).toBe(false);
  });

  test('H12 name and architecture are there', () => {
    expect(attributesOf()).toMatchObject({
      'host.name': expect.any(String),
      'host.arch': expect.any(String),
    });
  });
});

test('H13 the operating system is named as the conventions do', () => {
  expect(['win32', 'sunos', 'linux', 'darwin', 'freebsd'].map(osType)).toEqual([
    'windows',
    'solaris',
    'linux',
    'darwin',
    'freebsd',
  ]);
  expect(attributesOf()).toMatchObject({
    'os.type': osType(process.platform),
    'os.version': expect.any(String),
  });
});

describe('H16 late attributes', () => {
  const late = (promise: Promise<unknown>, more: object = {}): ResourceDetector => ({
    detect: () => ({ attributes: { late: promise, ...more } }),
  });
  const created = (detectors: ResourceDetector[], waitMillis = 1000) =>
    new ProcessResource(resolve(NONE).config, { detectors, waitMillis });

  test('H16 the resource is there at once, and changes once when they have come', async () => {
    const promise = Promise.withResolvers<string>();
    const resource = created([late(promise.promise, { early: 1 })]);
    expect(resource.version).toBe(1);
    expect(Object.fromEntries(resource.attributes)).toMatchObject({ early: 1 });
    expect(resource.attributes.has('late')).toBe(false);
    promise.resolve('here');
    await resource.settled;
    expect([resource.version, resource.settled]).toEqual([2, undefined]);
    expect(resource.attributes.get('late')).toBe('here');
  });

  test('H16 without late attributes nothing is waited for', () => {
    expect(created([]).settled).toBeUndefined();
    if (process.platform === 'linux') expect(resourceOf().settled).toBeUndefined();
  });

  test('H16 a late attribute keeps its rank', async () => {
    const promise = Promise.withResolvers<string>();
    const strong = { detect: () => ({ attributes: { late: 'stronger' } }) };
    const resource = created([late(promise.promise), strong]);
    const given = resourceFromAttributes({ late: promise.promise }).merge(
      resourceFromAttributes({ late: 'updating' }),
    );
    const ofResource = resourceOf(NONE, {}, given);
    promise.resolve('weaker');
    await Promise.all([resource.settled, ofResource.settled]);
    expect(resource.attributes.get('late')).toBe('stronger');
    expect(ofResource.attributes.get('late')).toBe('updating');
  });

  test('H16 a rejection is reported and leaves the others', async () => {
    const resource = created([late(Promise.reject(new Error('no metadata'))), late(Promise.resolve(7))]);
    await resource.settled;
    expect(resource.attributes.get('late')).toBe(7);
    expect(messages.join()).toContain('no metadata');
  });

  test('H16 what never comes is not waited for beyond the bound, and ignored afterwards', async () => {
    vi.useFakeTimers();
    try {
      const promise = Promise.withResolvers<string>();
      const resource = created(
        [late(promise.promise), { detect: () => ({ attributes: { sync: 1 } }) }],
        5000,
      );
      let isSettled = false;
      const settled = resource.settled?.then(() => {
        isSettled = true;
      });
      await vi.advanceTimersByTimeAsync(4999);
      expect(isSettled).toBe(false);
      await vi.advanceTimersByTimeAsync(1);
      await settled;
      expect(messages.join()).toContain('not detected within 5000 ms');
      const blob = resource.blob();
      promise.resolve('too late');
      await promise.promise;
      await Promise.resolve();
      expect(resource.blob()).toEqual(blob);
      expect(resource.attributes.has('late')).toBe(false);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('C2 variables through detectors of offloop/sdk', () => {
  test('values are percent-decoded, long ones too, and OTEL_SERVICE_NAME wins', () => {
    vi.stubEnv('OTEL_RESOURCE_ATTRIBUTES', `a=b%2Cc,service.name=attribute,long=${'x'.repeat(300)}`);
    vi.stubEnv('OTEL_SERVICE_NAME', 'variable');
    const attributes = { a: 'b,c', 'service.name': 'attribute', long: 'x'.repeat(300) };
    expect(resourceAttributesEnvDetector.detect().attributes).toEqual(attributes);
    expect(serviceNameEnvDetector.detect().attributes).toEqual({ 'service.name': 'variable' });
    expect(envDetector.detect().attributes).toEqual({ ...attributes, 'service.name': 'variable' });
  });

  test('any error discards all of it, and is reported', () => {
    vi.stubEnv('OTEL_RESOURCE_ATTRIBUTES', 'a=1,b');
    expect(envDetector.detect().attributes).toEqual({});
    expect(messages.join()).toContain('all of it is ignored');
  });
});
