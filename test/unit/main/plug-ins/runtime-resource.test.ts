// The resource of start() as processors and exporters of the application read it.

import { resourceFromAttributes } from '@opentelemetry/resources';
import { expect, test } from 'vitest';
import { type ResourceView, RuntimeResource } from '../../../../src/main/plug-ins/runtime-resource.js';
import { ArrayValue } from '../../../../src/shared/codec/any-value.js';

function viewOf(entries: readonly (readonly [string, never])[]): {
  -readonly [K in keyof ResourceView]: ResourceView[K];
} {
  return {
    version: 1,
    settled: undefined,
    attributes: new Map(entries),
    entities: [],
    schemaUrl: 'https://example.com/1',
  };
}

test('H a settled resource has plain attributes and its schema URL', async () => {
  const resource = new RuntimeResource(
    viewOf([
      ['service.name', 'shop' as never],
      ['args', new ArrayValue(['a', 1]) as never],
    ]),
  );
  expect(resource.asyncAttributesPending).toBe(false);
  expect(resource.attributes).toEqual({ 'service.name': 'shop', args: ['a', 1] });
  expect(resource.getRawAttributes()).toEqual([
    ['service.name', 'shop'],
    ['args', ['a', 1]],
  ]);
  expect(resource.schemaUrl).toBe('https://example.com/1');
  await resource.waitForAsyncAttributes();
});

test('H a resource that is still detected says so, and has the rest when it is waited for', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const view = viewOf([['a', 1 as never]]);
  view.settled = promise;
  const resource = new RuntimeResource(view);
  expect([resource.asyncAttributesPending, resource.attributes]).toEqual([true, { a: 1 }]);
  const waiting = resource.waitForAsyncAttributes();
  view.attributes = new Map([
    ['a', 1 as never],
    ['b', 2 as never],
  ]);
  view.version = 2;
  view.settled = undefined;
  resolve();
  await waiting;
  expect([resource.asyncAttributesPending, resource.attributes]).toEqual([false, { a: 1, b: 2 }]);
});

test('H it merges with a resource of OpenTelemetry JS, either way round', () => {
  const resource = new RuntimeResource(
    viewOf([
      ['a', 1 as never],
      ['b', 1 as never],
    ]),
  );
  const other = resourceFromAttributes({ b: 2, c: 2 });
  expect(resource.merge(other).attributes).toEqual({ a: 1, b: 2, c: 2 });
  expect(other.merge(resource).attributes).toEqual({ a: 1, b: 1, c: 2 });
  expect(resource.merge(null)).toBe(resource);
});
