// Damaged records: whatever the bytes, no encoder throws, hangs or harms the other spans of the batch, and all
// readers of the layout agree on what is a record.

import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { decodeResourceBlob, decodeScopeBlob } from '../../src/shared/codec/blob-decoder.js';
import type { DecodedSpan, DecodedValue } from '../../src/shared/codec/decoded-span.js';
import { decodeSpan } from '../../src/shared/codec/span-decoder.js';
import { JsonEncoder, jsonResource } from '../../src/worker/encode/json-encoder.js';
import { encodeResource, encodeScope } from '../../src/worker/encode/scope-message.js';
import { Transcoder } from '../../src/worker/encode/transcoder.js';
import { EncoderHarness, expectedSpan, inSharedMemory, RECORD_OFFSET } from '../support/encoder-harness.js';
import { attribute, modelSpan, text } from '../support/model-spans.js';
import {
  decodeJsonRequest,
  decodeProtobufRequest,
  type NormalSpan,
  sortAttributes,
} from '../support/otlp-decoder.js';
import { buildRecord, buildResourceBlob, buildScopeBlob } from '../support/record-builder.js';
import {
  anyScope,
  anySpan,
  form,
  PROPERTY_RUNS,
  PROPERTY_TIMEOUT_MILLIS,
} from '../support/span-arbitraries.js';

vi.setConfig({ testTimeout: PROPERTY_TIMEOUT_MILLIS });

const BYTES_MAX = 64 * 1024 * 1024;
const RUNS = PROPERTY_RUNS * 2;
const RESOURCE = buildResourceBlob({ schemaUrl: '', attributes: [] });

const word = fc.oneof(
  fc.integer({ min: 0, max: 64 }),
  fc.integer(),
  fc.constantFrom(-1, 0x7fffffff, -0x80000000, 256, 0x100 | 9, 0x109, 9, 10, 2),
);
const damage = fc.array(fc.record({ at: fc.nat({ max: 400 }), value: word }), { minLength: 1, maxLength: 4 });

const VALUES: readonly DecodedValue[] = [
  text('short'),
  text('x'.repeat(150)),
  { type: 'bool', value: true },
  { type: 'int', value: 5n },
  { type: 'int', value: -5n },
  { type: 'int', value: 2n ** 40n },
  { type: 'double', value: 1.5 },
  { type: 'bytes', value: Uint8Array.of(1, 2, 3) },
  { type: 'array', items: [text('item'), { type: 'empty' }] },
  { type: 'map', entries: [attribute('in map', text('v'))] },
];
/** Each kind of value once at the very end of its record, where one byte too many is one past the record. */
const RICH_SPANS: readonly DecodedSpan[] = [
  ...VALUES.map((value) =>
    modelSpan({ attributes: [attribute('first', text('f')), attribute('last', value)] }),
  ),
  modelSpan({ attributes: [], statusMessage: 'message' }),
  modelSpan({
    attributes: [attribute('a', text('b'))],
    traceState: 'a=b',
    events: VALUES.map((value) => ({
      name: 'event',
      time: { clock: 'unix', nanos: 1n },
      attributes: [attribute('k', value)],
      droppedAttributes: 1,
    })),
  }),
  modelSpan({
    links: VALUES.map((value) => ({
      traceId: '0'.repeat(32),
      spanId: '0'.repeat(16),
      traceState: 'c=d',
      traceFlags: 1,
      isRemote: true,
      attributes: [attribute('k', value)],
      droppedAttributes: 0,
    })),
  }),
];

/** Overwrites words; the first two of a record (length, type) less often than the others. */
function damaged(record: Uint8Array, changes: readonly { at: number; value: number }[]): Uint8Array {
  const copy = record.slice();
  const words = new Int32Array(copy.buffer);
  for (const { at, value } of changes) words[at % words.length] = value;
  return copy;
}

describe('damaged records', () => {
  const neighbour = fc.sample(anySpan, { numRuns: 1, seed: 7 })[0];

  function check(record: Uint8Array, harness: EncoderHarness, warm: boolean): void {
    const scopeId = harness.scopeId({ name: 's', version: '', schemaUrl: '', attributes: [] });
    const good = { ...neighbour, scopeId };
    const json = new JsonEncoder(jsonResource(RESOURCE)!);
    const protobuf = new Transcoder(encodeResource(RESOURCE)!, BYTES_MAX);
    const { words, bytes } = inSharedMemory(record);
    const decoded = decodeSpan(words, bytes, RECORD_OFFSET, harness.dictionary);
    const readable = decoded !== undefined && harness.dictionary.scope(decoded.scopeId) !== undefined;
    if (warm) harness.warm();
    const added: boolean[] = [];
    for (const encoder of [json, protobuf]) {
      harness.add(encoder, good);
      const bytesBefore = encoder.bytes;
      added.push(encoder.add(harness.producer, words, bytes, RECORD_OFFSET));
      if (!added.at(-1)) expect(encoder.count).toBe(1);
      if (!readable) expect(encoder.bytes - bytesBefore).toBeLessThan(1000);
      harness.add(encoder, good);
    }
    expect(added).toEqual([readable, readable]);
    const expected = expectedSpan(good);
    // Lenient: damage inside a text is not looked for (a text is copied, not decoded), only damage of structure.
    const requests = [decodeJsonRequest(json.finish()), decodeProtobufRequest(protobuf.finish(), 'lenient')];
    for (const request of requests) {
      const spans = request[0].scopes.flatMap((scope) => scope.spans);
      expect(spans.length).toBe(readable ? 3 : 2);
      const same = spans.filter((span) => isSame(span, expected));
      expect(same.length).toBeGreaterThanOrEqual(2);
    }
  }

  test('a record with some words overwritten harms nothing but itself', () => {
    fc.assert(
      fc.property(anySpan, form, damage, (span, options, changes) => {
        const harness = new EncoderHarness();
        const scopeId = harness.scopeId({ name: 'own', version: '', schemaUrl: '', attributes: [] });
        const record: DecodedSpan = { ...span, scopeId };
        check(damaged(buildRecord(record, harness.form(options)), changes), harness, options.warm);
      }),
      { numRuns: RUNS },
    );
  });

  test('both readers take and refuse the same, whichever word is a little or much too large', () => {
    const wrongs = (value: number, wordsLeft: number) => [
      value + 1,
      value + 4,
      value + 8,
      value - 1,
      -value,
      0,
      ...[0, 1, 2, 3].flatMap((words) => [
        wordsLeft - words,
        (wordsLeft - words) * 4,
        (wordsLeft - words) * 4 + 1,
      ]),
      0x7fffffff,
      -1,
    ];
    const outcomes = { taken: 0, refused: 0 };
    for (const values of [false, true]) {
      for (const names of [false, true]) {
        for (const span of RICH_SPANS) {
          const harness = new EncoderHarness();
          const scopeId = harness.scopeId({ name: 'own', version: '', schemaUrl: '', attributes: [] });
          const form = harness.form({ names, values, wideIntegers: false });
          const { words, bytes } = inSharedMemory(buildRecord({ ...span, scopeId }, form));
          harness.warm();
          const first = RECORD_OFFSET >> 2;
          const count = words[first] >> 2;
          const encoder = new Transcoder(encodeResource(RESOURCE)!, BYTES_MAX);
          for (let i = 2; i < count; i++) {
            const value = words[first + i];
            for (const wrong of wrongs(value, count - i)) {
              words[first + i] = wrong;
              const decoded = decodeSpan(words, bytes, RECORD_OFFSET, harness.dictionary);
              const readable =
                decoded !== undefined && harness.dictionary.scope(decoded.scopeId) !== undefined;
              const added = encoder.add(harness.producer, words, bytes, RECORD_OFFSET);
              if (added !== readable)
                throw new Error(`word ${i} = ${wrong}: added ${added}, readable ${readable}`);
              outcomes[added ? 'taken' : 'refused']++;
            }
            words[first + i] = value;
          }
          encoder.finish();
        }
      }
    }
    // Both happened, and often: the record's structure was hit, and its values.
    expect(outcomes.taken).toBeGreaterThan(1000);
    expect(outcomes.refused).toBeGreaterThan(1000);
  });

  test('a record that is cut off harms nothing but itself', () => {
    fc.assert(
      fc.property(anySpan, form, fc.nat(), (span, options, cut) => {
        const harness = new EncoderHarness();
        const scopeId = harness.scopeId({ name: 'own', version: '', schemaUrl: '', attributes: [] });
        const whole = buildRecord({ ...span, scopeId }, harness.form(options));
        const record = whole.slice(0, (cut % (whole.length / 8)) * 8);
        if (record.length >= 8) new Int32Array(record.buffer)[0] = record.length;
        check(record, harness, options.warm);
      }),
      { numRuns: RUNS },
    );
  });

  test('random words under a valid head harm nothing', () => {
    fc.assert(
      fc.property(fc.array(word, { minLength: 18, maxLength: 120 }), fc.boolean(), (random, withScope) => {
        const harness = new EncoderHarness();
        const scopeId = harness.scopeId({ name: 'own', version: '', schemaUrl: '', attributes: [] });
        const words = Int32Array.from(random.length % 2 === 0 ? random : [...random, 0]);
        words[0] = words.length * 4;
        words[1] = (words[1] & ~0xff) | 1;
        if (withScope) words[14] = scopeId;
        check(new Uint8Array(words.buffer), harness, withScope);
      }),
      { numRuns: RUNS },
    );
  });

  test('a damaged scope or resource blob is refused by all its readers or by none', () => {
    fc.assert(
      fc.property(anyScope, damage, (scope, changes) => {
        const scopeBlob = damaged(buildScopeBlob(scope), changes);
        expect(encodeScope(scopeBlob) !== undefined).toBe(decodeScopeBlob(scopeBlob) !== undefined);
        const resourceBlob = damaged(buildResourceBlob(scope), changes);
        expect(encodeResource(resourceBlob) !== undefined).toBe(
          decodeResourceBlob(resourceBlob) !== undefined,
        );
      }),
      { numRuns: RUNS },
    );
  });
});

function isSame(span: NormalSpan, expected: NormalSpan): boolean {
  try {
    expect(sortAttributes(span)).toEqual(sortAttributes(expected));
    return true;
  } catch {
    return false;
  }
}
