// A plain model span to change one thing of at a time.

import type { DecodedAttribute, DecodedSpan, DecodedValue } from '../../src/shared/codec/decoded-span.js';

export function modelSpan(overrides: Partial<DecodedSpan> = {}): DecodedSpan {
  return {
    traceId: '000102030405060708090a0b0c0d0e0f',
    spanId: 'a0a1a2a3a4a5a6a7',
    parentSpanId: 'b0b1b2b3b4b5b6b7',
    parentIsRemote: true,
    traceFlags: 1,
    traceState: '',
    kind: 2,
    name: 'GET /users/:id',
    scopeId: 0,
    start: { clock: 'monotonic', millis: 1000 },
    end: { clock: 'monotonic', millis: 1001.5 },
    statusCode: 0,
    statusMessage: '',
    attributes: [],
    events: [],
    links: [],
    droppedAttributes: 0,
    droppedEvents: 0,
    droppedLinks: 0,
    ...overrides,
  };
}

export function attribute(key: string, value: DecodedValue): DecodedAttribute {
  return { key, value };
}

export function text(value: string): DecodedValue {
  return { type: 'string', value };
}

/** A string inside `depth` arrays. */
export function nestedArray(depth: number): DecodedValue {
  let value = text('core');
  for (let i = 0; i < depth; i++) value = { type: 'array', items: [value] };
  return value;
}
