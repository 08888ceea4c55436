// Line H15 of the checklist: entities, from OTEL_ENTITIES or code to the resource. On the wire: test/process/entities.test.ts; the
// examples are those of the specification (Entity propagation; Resource data model).

import { DiagLogLevel, diag } from '@opentelemetry/api';
import { type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { RuntimeResource } from '../../../src/main/plug-ins/runtime-resource.js';
import type { ResourceDetector, ResourceEntity } from '../../../src/main/resource/detector.js';
import type { EntityResource } from '../../../src/main/resource/entity-resource.js';
import { envEntityDetector } from '../../../src/main/resource/env-entity-detector.js';
import { ProcessResource } from '../../../src/main/resource/process-resource.js';
import { detectResources } from '../../../src/main/resource/sdk-resource.js';
import { decodeResourceBlob } from '../../../src/shared/codec/blob-decoder.js';
import type { StartOptions } from '../../../src/shared/config/options.js';
import { resolveConfig } from '../../../src/shared/config/resolve.js';
import {
  ENTITY_COUNT_MAX,
  LIST_VARIABLE_LENGTH_MAX,
  RESOURCE_ATTRIBUTE_COUNT_MAX,
} from '../../../src/shared/limits.js';

let messages: string[] = [];
beforeEach(() => {
  messages = [];
  const push = (text: string) => void messages.push(text);
  const logger = { error: push, warn: push, info: push, debug: push, verbose: push };
  diag.setLogger(logger, { logLevel: DiagLogLevel.ALL, suppressOverrideMessage: true });
});
afterEach(() => diag.disable());

const NO_DETECTORS = { OTEL_NODE_RESOURCE_DETECTORS: 'none' };

/** Short: `type{id}[description]@schema`. */
function read(text: string, options: StartOptions = {}) {
  const { config, warnings } = resolveConfig(options, { OTEL_ENTITIES: text }, 'lenient');
  const entities = config.entities.map(
    ({ type, id, description, schemaUrl }) => [type, { ...id }, { ...description }, schemaUrl] as const,
  );
  return { entities, warnings };
}

function resourceOf(text: string, environment: Record<string, string> = {}, options: StartOptions = {}) {
  const { config } = resolveConfig(
    options,
    { ...NO_DETECTORS, OTEL_ENTITIES: text, ...environment },
    'lenient',
  );
  return new ProcessResource(config);
}

describe('H15 the form of OTEL_ENTITIES', () => {
  test('H15 type, identifying and descriptive attributes, schema URL', () => {
    expect(
      read(
        'service{service.name=my-app,service.instance.id=instance-1}[service.version=1.0.0]@https://opentelemetry.io/schemas/1.21.0;' +
          'host{host.id=host-123}[host.name=web-server-01]',
      ),
    ).toEqual({
      entities: [
        [
          'service',
          { 'service.name': 'my-app', 'service.instance.id': 'instance-1' },
          { 'service.version': '1.0.0' },
          'https://opentelemetry.io/schemas/1.21.0',
        ],
        ['host', { 'host.id': 'host-123' }, { 'host.name': 'web-server-01' }, ''],
      ],
      warnings: [],
    });
  });

  test('H15 nothing set is nothing there, and no warning', () => {
    expect(resolveConfig({}, {}, 'strict').config.entities).toEqual([]);
    expect(read('')).toEqual({ entities: [], warnings: [] });
    expect(read(';; ;')).toEqual({ entities: [], warnings: [] });
  });

  test.each([
    [';service{service.name=app1};;host{host.id=host-123};', ['service', 'host']],
    ['service{service.name=minimal-app}', ['service']],
    ['container{container.id=cont-456};host{host.id=host-789}[host.name=docker-host]', ['container', 'host']],
    ['k8s.pod{k8s.pod.uid=pod-abc123}[k8s.pod.name=my-pod,k8s.pod.label.app=my-app]', ['k8s.pod']],
    [' a-b_c.D { x = 1 , y=2 } [ z=3 ] @ urn:x ', ['a-b_c.D']],
    ['a{x=}[]', ['a']],
  ])('H15 %j', (text, types) => {
    const { entities, warnings } = read(text);
    expect(entities.map(([type]) => type)).toEqual(types);
    expect(warnings).toEqual([]);
  });

  test('H15 values are percent-decoded', () => {
    expect(
      read('service{service.name=my%2Capp,service.instance.id=inst-1}[config=key%3Dvalue%5Bprod%5D,x=%C3%A9]')
        .entities,
    ).toEqual([
      [
        'service',
        { 'service.name': 'my,app', 'service.instance.id': 'inst-1' },
        { config: 'key=value[prod]', x: 'é' },
        '',
      ],
    ]);
  });
});

describe('H15 what is malformed is skipped with a warning, and the rest counts', () => {
  test.each([
    ['service{service.name=app1};invalid{syntax;host{host.id=1}', ['service', 'host']],
    ['service{};host{host.id=123}', ['host']],
    ['service;host{host.id=1}', ['host']],
    ['{a=b};host{host.id=1}', ['host']],
    ['1a{a=b};host{host.id=1}', ['host']],
    ['a{b=c}d;host{host.id=1}', ['host']],
    ['a[b=c]{d=e};host{host.id=1}', ['host']],
    ['a{b};host{host.id=1}', ['host']],
    ['a{=b};host{host.id=1}', ['host']],
    ['a{b=c=d};host{host.id=1}', ['host']],
    ['a{b=c@d};host{host.id=1}', ['host']],
    ['a{b=%zz};host{host.id=1}', ['host']],
    ['a{b=%ff};host{host.id=1}', ['host']],
    ['a{1b=c};host{host.id=1}', ['host']],
    ['a{b=c,};host{host.id=1}', ['host']],
  ])('H15 %j', (text, types) => {
    const { entities, warnings } = read(text);
    expect(entities.map(([type]) => type)).toEqual(types);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/^OTEL_ENTITIES has /);
  });

  test('H15 a wrong descriptive attribute alone, and no value is shown', () => {
    const { entities, warnings } = read('host{host.id=1}[a=b,secret%zz,c=d,e=secret%zz]');
    expect(entities).toEqual([['host', { 'host.id': '1' }, { a: 'b', c: 'd' }, '']]);
    expect(warnings).toHaveLength(2);
    expect(warnings.join()).not.toContain('secret');
  });

  test('H15 a schema URL that is none', () => {
    const { entities, warnings } = read('service{service.name=app1}@invalid-url');
    expect(entities).toEqual([['service', { 'service.name': 'app1' }, {}, '']]);
    expect(warnings).toHaveLength(1);
  });

  test.each([
    ['service{service.name=app1}[version=1.0];service{service.name=app1}[version=2.0]', 'app1', '2.0'],
    ['service{service.name=app1};service{service.name=app2}[version=2.0]', 'app2', '2.0'],
    ['service{service.name=app1}[version=1.0];service{service.name=app2}[version=2.0]', 'app2', '2.0'],
  ])('H15 of two entities of a type the last one counts: %j', (text, name, version) => {
    const { entities, warnings } = read(text);
    expect(entities).toEqual([['service', { 'service.name': name }, { version }, '']]);
    expect(warnings).toHaveLength(1);
  });

  test('H15 a description that contradicts a later one is the later one’s, an identity that does so ends the entity', () => {
    const zones = read('cluster{c=1}[zone=a,x=y];node{n=1}[zone=b]');
    expect(zones.entities).toEqual([
      ['cluster', { c: '1' }, { x: 'y' }, ''],
      ['node', { n: '1' }, { zone: 'b' }, ''],
    ]);
    expect(zones.warnings).toHaveLength(1);
    const identity = read('cluster{zone=a};node{n=1}[zone=b]');
    expect(identity.entities.map(([type]) => type)).toEqual(['node']);
    expect(identity.warnings).toHaveLength(1);
    const again = read('service{s=1}[zone=a];node{n=1}[zone=b];service{s=1}[zone=c]');
    expect(again.entities).toEqual([
      ['node', { n: '1' }, {}, ''],
      ['service', { s: '1' }, { zone: 'c' }, ''],
    ]);
    expect(read('cluster{c=1}[zone=a];node{n=1}[zone=a]')).toMatchObject({
      entities: { length: 2 },
      warnings: [],
    });
  });

  test('H15 the last entity, attribute and character that are taken, and the first that are not', () => {
    const list = (count: number) => Array.from({ length: count }, (_, i) => `e${i}{k${i}=1}`).join(';');
    expect(read(list(ENTITY_COUNT_MAX))).toMatchObject({
      entities: { length: ENTITY_COUNT_MAX },
      warnings: [],
    });
    const over = read(list(ENTITY_COUNT_MAX + 1));
    expect(over.entities).toHaveLength(ENTITY_COUNT_MAX);
    expect(over.warnings).toHaveLength(1);
    const keys = (count: number) => `a{x=1};b{${Array.from({ length: count }, (_, i) => `k${i}=1`).join()}}`;
    expect(read(keys(RESOURCE_ATTRIBUTE_COUNT_MAX - 1))).toMatchObject({
      entities: { length: 2 },
      warnings: [],
    });
    const many = read(keys(RESOURCE_ATTRIBUTE_COUNT_MAX));
    expect(many.entities.map(([type]) => type)).toEqual(['b']);
    expect(many.warnings).toHaveLength(1);
    const long = `a{x=1}${';'.repeat(LIST_VARIABLE_LENGTH_MAX - 6)}`;
    expect(read(long).entities).toHaveLength(1);
    expect(read(`${long};`)).toMatchObject({ entities: [], warnings: { length: 1 } });
  });
});

describe('H15 in code', () => {
  const host = { type: 'host', id: { 'host.id': '1' }, description: { a: 'code' } };

  test('H15 is stronger than the variable; equal entities are merged, others of the type give way', () => {
    const same = read('host{host.id=1}[a=variable,b=variable]', { entities: [host] });
    expect(same.entities).toEqual([['host', { 'host.id': '1' }, { a: 'code', b: 'variable' }, '']]);
    const other = read('host{host.id=2}[b=variable];service{s=1}', { entities: [host] });
    expect(other.entities).toEqual([
      ['service', { s: '1' }, {}, ''],
      ['host', { 'host.id': '1' }, { a: 'code' }, ''],
    ]);
    expect(read('host{host.id=1}[b=variable]@urn:x', { entities: [host] }).entities).toEqual([
      ['host', { 'host.id': '1' }, { a: 'code' }, ''],
    ]);
  });

  test('H15 of two that contradict each other the weaker one is left out (data model, example 3)', () => {
    const entities = [{ type: 'host', id: { 'host.id': 'H1' }, description: { env: 'prod' } }];
    const { entities: kept, warnings } = read('host{host.id=H2};service{service.name=S1}[env=dev]', {
      entities,
    });
    expect(kept).toEqual([['host', { 'host.id': 'H1' }, { env: 'prod' }, '']]);
    expect(warnings).toHaveLength(1);
    const same = read('service{service.name=S1}[env=prod]', { entities });
    expect(same).toMatchObject({ entities: { length: 2 }, warnings: [] });
  });

  test.each([
    'host',
    [null],
    [{ type: 'host' }],
    [{ ...host, id: {} }],
    [{ ...host, id: { a: 1 } }],
    [{ ...host, type: '' }],
    [{ ...host, type: 'a b' }],
    [{ ...host, description: { 'host.id': '1' } }],
    [{ ...host, schemaUrl: 7 }],
    [host, host],
    Array.from({ length: ENTITY_COUNT_MAX + 1 }, (_, i) => ({ type: `e${i}`, id: { a: 'b' } })),
  ])('H15 %j is refused', (entities) => {
    expect(() => resolveConfig({ entities: entities as never }, {}, 'strict')).toThrow(
      expect.objectContaining({ code: 'ERR_OFFLOOP_ENTITIES' }),
    );
  });
});

describe('H15 the resource with entities', () => {
  test('H15 has their attributes, above what was detected (data model, example 1)', () => {
    const resource = resourceOf('host{host.id=H1}[host.name=new];service{service.name=my-svc}');
    expect(Object.fromEntries(resource.attributes)).toMatchObject({
      'host.id': 'H1',
      'host.name': 'new',
      'service.name': 'my-svc',
      'telemetry.sdk.name': 'offloop',
    });
    expect(decodeResourceBlob(resource.blob())?.entities).toEqual([
      { schemaUrl: '', type: 'host', idKeys: ['host.id'], descriptionKeys: ['host.name'] },
      { schemaUrl: '', type: 'service', idKeys: ['service.name'], descriptionKeys: [] },
    ]);
  });

  test('H15 loses an entity that a stronger attribute contradicts (data model, example 2), with a warning', () => {
    const resource = resourceOf('host{host.id=H1}[host.name=x];process{process.pid=12345}', {
      OTEL_RESOURCE_ATTRIBUTES: 'host.id=h2,env=prod,process.pid=12345',
    });
    expect(resource.entities.map(({ type }) => type)).toEqual(['process']);
    const attributes = Object.fromEntries(resource.attributes);
    expect(attributes).toMatchObject({ 'host.id': 'h2', env: 'prod', 'process.pid': '12345' });
    expect(attributes).not.toHaveProperty('host.name');
    expect(messages.filter((text) => text.includes('the entity host is left out'))).toHaveLength(1);
  });

  test('H15 keeps what was detected where an entity is left out', () => {
    const named = (attributes: object) => ({
      detect: () => ({ attributes: attributes as Record<string, unknown> }),
    });
    const { config } = resolveConfig(
      { resourceAttributes: { 'host.id': 'h2' } },
      { ...NO_DETECTORS, OTEL_ENTITIES: 'host{host.id=H1}[host.name=entity]' },
      'strict',
    );
    const resource = new ProcessResource(config, { detectors: [named({ 'host.name': 'found' }) as never] });
    expect(resource.attributes.get('host.name')).toBe('found');
  });

  test.each([
    ['a{x=1}@urn:s;b{y=1}@urn:s', 'urn:s'],
    ['a{x=1}@urn:s;b{y=1}@urn:t', ''],
    ['a{x=1}@urn:s;b{y=1}', ''],
    ['a{x=1}', ''],
  ])('H15 %j has the schema URL %j', (text, schemaUrl) => {
    const { config } = resolveConfig({}, { OTEL_ENTITIES: text }, 'strict');
    expect(new ProcessResource(config).schemaUrl).toBe(schemaUrl);
  });

  test('H15 without entities has no bytes of them, and the schema URL of its detectors', () => {
    const { config } = resolveConfig({}, {}, 'strict');
    const resource = new ProcessResource(config);
    expect(resource.schemaUrl).toMatch(/^https:\/\/opentelemetry.io\/schemas\//);
    expect(decodeResourceBlob(resource.blob())).not.toHaveProperty('entities');
  });

  test('H15 tells processors its entities, and the attributes that belong to none', () => {
    const resource = new RuntimeResource(
      resourceOf('host{host.id=H1}[host.name=x]', { OTEL_SERVICE_NAME: 's' }),
    );
    expect(resource.entities).toMatchObject([
      { type: 'host', id: { 'host.id': 'H1' }, description: { 'host.name': 'x' } },
    ]);
    expect(resource.attributes).toMatchObject({ 'host.id': 'H1', 'host.name': 'x', 'service.name': 's' });
    expect(Object.keys(resource.unassociatedAttributes).sort()).toEqual([
      'service.name',
      'telemetry.sdk.language',
      'telemetry.sdk.name',
      'telemetry.sdk.version',
    ]);
  });
});

describe('H15 resources that code makes itself', () => {
  const detector = (
    attributes: Record<string, string>,
    entities: ResourceEntity[] = [],
  ): ResourceDetector => ({
    detect: () => ({ attributes, entities }),
  });
  const host = (id: string, description: Record<string, string> = {}): ResourceEntity => ({
    type: 'host',
    schemaUrl: '',
    id: { 'host.id': id },
    description,
  });
  const withEntity = (entity: ResourceEntity, more: Record<string, string> = {}) =>
    detector({ ...entity.id, ...entity.description, ...more }, [entity]);
  const detect = (...detectors: ResourceDetector[]) =>
    detectResources({ detectors }) as Resource &
      Partial<Pick<EntityResource, 'entities' | 'unassociatedAttributes'>>;

  afterEach(() => vi.unstubAllEnvs());

  test('H15 the detector of OTEL_ENTITIES gives attributes and entities, and without the variable nothing', () => {
    expect(envEntityDetector.detect()).toEqual({ attributes: {}, entities: [] });
    vi.stubEnv('OTEL_ENTITIES', 'host{host.id=H1}[host.name=x]@urn:s;broken');
    const resource = detect(detector({ env: 'prod', 'host.name': 'old' }), envEntityDetector);
    expect(resource.entities).toMatchObject([{ type: 'host', id: { 'host.id': 'H1' } }]);
    expect(resource.attributes).toEqual({ env: 'prod', 'host.id': 'H1', 'host.name': 'x' });
    expect(resource.unassociatedAttributes).toEqual({ env: 'prod' });
    expect(resource.schemaUrl).toBe('urn:s');
    expect(messages.filter((text) => text.includes('OTEL_ENTITIES has an entity'))).toHaveLength(1);
  });

  test('H15 an attribute that comes later ends an entity which it contradicts, and no other (data model, example 2)', () => {
    const process: ResourceEntity = {
      type: 'process',
      schemaUrl: '',
      id: { 'process.pid': '1' },
      description: {},
    };
    const resource = detect(
      withEntity(host('H1', { 'host.name': 'x' })),
      withEntity(process),
      detector({ 'host.id': 'h2', env: 'prod', 'process.pid': '1' }),
    );
    expect(resource.entities?.map(({ type }) => type)).toEqual(['process']);
    expect(resource.attributes).toEqual({ 'host.id': 'h2', env: 'prod', 'process.pid': '1' });
    expect(detect(withEntity(host('H1')), detector({ 'host.id': 'h2' })).entities).toBeUndefined();
  });

  test('H15 an entity of a type that is there changes nothing, but for the description of an equal one (example 3)', () => {
    const service: ResourceEntity = {
      type: 'service',
      schemaUrl: '',
      id: { 'service.name': 'S1' },
      description: { env: 'dev' },
    };
    const resource = detect(
      withEntity(host('H1', { env: 'prod' })),
      withEntity(host('H2')),
      withEntity(service),
    );
    expect(resource.entities).toEqual([host('H1', { env: 'prod' })]);
    expect(resource.attributes).toEqual({ 'host.id': 'H1', env: 'prod' });
    const equal = detect(withEntity(host('H1', { a: '1' })), withEntity(host('H1', { a: '2', b: '2' })));
    expect(equal.entities).toEqual([host('H1', { a: '1', b: '2' })]);
  });

  test('H15 merging goes on with it as with any resource', async () => {
    const resource = detect(withEntity(host('H1')));
    const merged = resource.merge(resourceFromAttributes({ later: Promise.resolve('x') })) as EntityResource;
    expect(merged.entities).toEqual([host('H1')]);
    expect(merged.asyncAttributesPending).toBe(true);
    await merged.waitForAsyncAttributes();
    expect(merged.attributes).toEqual({ 'host.id': 'H1', later: 'x' });
    expect(merged.merge(null)).toBe(merged);
  });

  test('H15 detectors and a resource of others bring entities into start() too, weaker than the configuration’s', () => {
    const { config } = resolveConfig({}, { ...NO_DETECTORS, OTEL_ENTITIES: 'service{s=1}' }, 'strict');
    const own = new ProcessResource(config, {
      detectors: [withEntity(host('H1', { a: '1' }))],
      resource: detect(withEntity(host('H1', { b: '2' }))) as never,
    });
    expect(own.entities).toEqual([
      host('H1', { a: '1', b: '2' }),
      expect.objectContaining({ type: 'service' }),
    ]);
  });

  test.each([
    7,
    [7],
    [{ type: 'host' }],
    [{ type: 'host', id: { 'host.id': 1 } }],
    // Its attribute is not among those of the resource.
    [{ type: 'host', id: { absent: '1' } }],
  ])('H15 %j of a detector are no entities', (entities) => {
    const wrong: ResourceDetector = {
      detect: () => ({ attributes: { a: '1' }, entities: entities as never }),
    };
    expect(detect(wrong).entities).toBeUndefined();
    expect(detect(wrong).attributes).toEqual({ a: '1' });
    const { config } = resolveConfig({}, NO_DETECTORS, 'strict');
    expect(new ProcessResource(config, { detectors: [wrong] }).entities).toEqual([]);
  });
});
