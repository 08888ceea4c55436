import { describe, expect, test } from 'vitest';
import type { DecodedScope } from '../../../../src/shared/codec/decoded-span.js';
import { ATTRIBUTE_DEPTH_MAX } from '../../../../src/shared/limits.js';
import { JsonEncoder, jsonResource } from '../../../../src/worker/encode/json-encoder.js';
import { encodeResource } from '../../../../src/worker/encode/scope-message.js';
import { Transcoder } from '../../../../src/worker/encode/transcoder.js';
import {
  EncoderHarness,
  expectedSpan,
  inSharedMemory,
  RECORD_OFFSET,
} from '../../../support/encoder-harness.js';
import { attribute, modelSpan, nestedArray, text } from '../../../support/model-spans.js';
import { decodeProtobufRequest, reencodeProtobufRequest } from '../../../support/otlp-decoder.js';
import { buildRecord, buildResourceBlob } from '../../../support/record-builder.js';

const BYTES_MAX = 64 * 1024 * 1024;
const RESOURCE = buildResourceBlob({
  schemaUrl: 'https://example.org/schema',
  attributes: [attribute('service.name', text('shop'))],
});

function transcoder(bytesMax = BYTES_MAX): Transcoder {
  const parts = encodeResource(RESOURCE);
  if (parts === undefined) throw new Error('the resource was refused');
  return new Transcoder(parts, bytesMax);
}

function scope(name: string, version = ''): DecodedScope {
  return { name, version, schemaUrl: '', attributes: [] };
}

const INTERNED = { names: true, values: false, wideIntegers: false };

describe('transcoder', () => {
  test('writes exactly these bytes for a server span with four attributes', () => {
    const harness = new EncoderHarness();
    const encoder = transcoder();
    const span = modelSpan({
      scopeId: harness.scopeId(scope('http', '1.0')),
      statusCode: 2,
      attributes: [
        attribute('http.method', text('GET')),
        attribute('http.route', text('/users/:id')),
        attribute('http.status', { type: 'int', value: 200n }),
        attribute('hit', { type: 'bool', value: true }),
      ],
    });
    expect(harness.add(encoder, span, harness.form({ ...INTERNED, warm: true }))).toBe(true);
    const ascii = (value: string) => Buffer.from(value, 'latin1').toString('hex');
    const spanBytes = [
      '0a10000102030405060708090a0b0c0d0e0f',
      '1208a0a1a2a3a4a5a6a7',
      '2208b0b1b2b3b4b5b6b7',
      `2a0e${ascii('GET /users/:id')}`,
      '3002',
      // 1790000001123250000 and 1790000001124750000
      '39506fe666845bd718',
      '41b052fd66845bd718',
      `4a140a0b${ascii('http.method')}12050a03${ascii('GET')}`,
      `4a1a0a0a${ascii('http.route')}120c0a0a${ascii('/users/:id')}`,
      `4a120a0b${ascii('http.status')}120318c801`,
      `4a090a03${ascii('hit')}12021001`,
      '7a021802',
      '850101030000',
    ].join('');
    const hex = (length: number) => {
      const low = (length & 0x7f).toString(16).padStart(2, '0');
      return length < 0x80
        ? low
        : ((length & 0x7f) | 0x80).toString(16) + (length >> 7).toString(16).padStart(2, '0');
    };
    const framed = (tag: string, content: string) => tag + hex(content.length / 2) + content;
    const scopeSpans = framed(
      '12',
      framed('0a', `0a04${ascii('http')}1203${ascii('1.0')}`) + framed('12', spanBytes),
    );
    const resource = framed('0a', framed('0a', `0a0c${ascii('service.name')}12060a04${ascii('shop')}`));
    const schemaUrl = framed('1a', ascii('https://example.org/schema'));
    const expected = framed('0a', resource + scopeSpans + schemaUrl);
    expect(Buffer.from(encoder.finish()).toString('hex')).toBe(expected);
  });

  test('gives an empty request for an empty batch', () => {
    expect(transcoder().finish().length).toBe(0);
  });

  test('starts anew after finish, and leaves finished requests alone', () => {
    const harness = new EncoderHarness();
    const encoder = transcoder();
    const emptyBytes = encoder.bytes;
    harness.add(encoder, modelSpan({ name: 'first' }));
    const first = encoder.finish();
    const copy = first.slice();
    expect([encoder.count, encoder.bytes]).toEqual([0, emptyBytes]);
    harness.add(encoder, modelSpan({ name: 'second' }));
    const names = decodeProtobufRequest(encoder.finish())[0].scopes[0].spans.map(({ name }) => name);
    expect(names).toEqual(['second']);
    expect(first).toEqual(copy);
    expect(first.buffer).toBeInstanceOf(ArrayBuffer);
  });

  test('groups spans by scope, across producers, in the order of their first span', () => {
    const encoder = transcoder();
    const producers = [new EncoderHarness(), new EncoderHarness()];
    // The second producer has the same scopes under other ids.
    producers[1].arena.intern('something else first');
    const names = ['a', 'b', 'a', 'c', 'b'];
    for (const [i, harness] of producers.entries()) {
      for (const name of names) {
        const scopeId = harness.scopeId(scope(name));
        expect(harness.add(encoder, modelSpan({ scopeId, name: `${name}${i}` }))).toBe(true);
      }
    }
    const groups = decodeProtobufRequest(encoder.finish())[0].scopes.map(({ name, spans }) => [
      name,
      ...spans.map((span) => span.name),
    ]);
    expect(groups).toEqual([
      ['a', 'a0', 'a0', 'a1', 'a1'],
      ['b', 'b0', 'b0', 'b1', 'b1'],
      ['c', 'c0', 'c1'],
    ]);
  });

  test('tells the scopes of two producers apart although they have the same id', () => {
    const encoder = transcoder();
    const producers = ['a', 'b'].map((name) => {
      const harness = new EncoderHarness();
      return { name, harness, scopeId: harness.scopeId(scope(name)) };
    });
    expect(producers[0].scopeId).toBe(producers[1].scopeId);
    for (let round = 0; round < 2; round++) {
      for (const { name, harness, scopeId } of producers) harness.add(encoder, modelSpan({ scopeId, name }));
    }
    const groups = decodeProtobufRequest(encoder.finish())[0].scopes;
    expect(groups.map(({ name, spans }) => [name, ...spans.map((span) => span.name)])).toEqual([
      ['a', 'a', 'a'],
      ['b', 'b', 'b'],
    ]);
  });

  test('keeps more scopes apart than it retains writers for, batch after batch', () => {
    const harness = new EncoderHarness();
    const encoder = transcoder();
    for (let round = 0; round < 2; round++) {
      for (let i = 0; i < 100; i++)
        harness.add(encoder, modelSpan({ scopeId: harness.scopeId(scope(`s${i}`)) }));
      const scopes = decodeProtobufRequest(encoder.finish())[0].scopes;
      expect(scopes.map(({ name, spans }) => `${name} ${spans.length}`)).toEqual(
        Array.from({ length: 100 }, (_, i) => `s${i} 1`),
      );
    }
  });

  test('groups a span without a scope under one without a name', () => {
    const harness = new EncoderHarness();
    const encoder = transcoder();
    expect(harness.add(encoder, modelSpan({ scopeId: 0 }))).toBe(true);
    const [{ name, attributes, spans }] = decodeProtobufRequest(encoder.finish())[0].scopes;
    expect([name, attributes, spans.length]).toEqual(['', [], 1]);
  });

  test('makes an end before the start the start, whatever the clocks', () => {
    const harness = new EncoderHarness();
    const encoder = transcoder();
    const late = { clock: 'unix', nanos: 2_000_000_000_000_000_000n } as const;
    const early = { clock: 'unix', nanos: 1_000_000_000_000_000_000n } as const;
    const monotonic = { clock: 'monotonic', millis: 5 } as const;
    const pairs = [
      [late, early],
      [late, monotonic],
      [monotonic, early],
      [monotonic, { clock: 'monotonic', millis: 4.999_999 }],
      [monotonic, monotonic],
    ] as const;
    for (const [start, end] of pairs) harness.add(encoder, modelSpan({ start, end }));
    for (const span of decodeProtobufRequest(encoder.finish())[0].scopes[0].spans)
      expect(span.end).toBe(span.start);
  });

  test('strings of every length around a change of form arrive whole as name, key and value, interned or not', () => {
    const lengths = Array.from({ length: 300 }, (_, i) => i).concat([1000, 1024, 1025, 16_383, 16_384]);
    for (const length of lengths) {
      const value = 'abcdefghijklmnopqrstuvwxyz'.repeat(Math.ceil(length / 26)).slice(0, length);
      const harness = new EncoderHarness(1);
      const encoder = transcoder();
      const span = modelSpan({
        name: value,
        attributes: [
          attribute('k', text(value)),
          attribute(`${value}b`, { type: 'bool', value: true }),
          attribute(`${value}i`, { type: 'int', value: 2n ** 31n - 1n }),
          attribute(`${value}s`, text('')),
          attribute('last', { type: 'array', items: [text(value)] }),
        ],
      });
      for (const values of [false, true]) {
        for (const names of [false, true]) {
          // Twice: an interned string is read the first time and takes the short path from then on.
          const form = harness.form({ names, values, wideIntegers: false });
          for (let i = 0; i < 2; i++) expect(harness.add(encoder, span, form)).toBe(true);
        }
      }
      const request = encoder.finish();
      const { spans } = decodeProtobufRequest(request)[0].scopes[0];
      expect(spans).toEqual(Array.from({ length: 8 }, () => expectedSpan(span)));
      expect(Buffer.from(reencodeProtobufRequest(request)).equals(request)).toBe(true);
    }
  });

  test('a string whose length takes three bytes arrives whole', () => {
    const harness = new EncoderHarness();
    const encoder = transcoder();
    const value = 'abcdefgh'.repeat(2 ** 18);
    harness.add(encoder, modelSpan({ attributes: [attribute('k', text(value))] }));
    const [found] = decodeProtobufRequest(encoder.finish())[0].scopes[0].spans[0].attributes;
    // Not by toEqual: it takes seconds for a difference of megabytes.
    expect('string' in found.value && found.value.string === value).toBe(true);
  });

  test('loses nothing where its memory grows, in the middle of a span or behind a long string', () => {
    const harness = new EncoderHarness();
    const encoder = transcoder();
    const form = harness.form({ ...INTERNED, warm: true });
    const short = (name: string, i: number) => [
      attribute(`${name}.text.${i}`, text(`value ${i}`)),
      attribute(`${name}.flag.${i}`, { type: 'bool', value: true }),
      attribute(`${name}.count.${i}`, { type: 'int', value: 300n }),
    ];
    const indexes = Array.from({ length: 40 }, (_, i) => i);
    const spans = Array.from({ length: 60 }, (_, i) =>
      modelSpan({
        attributes: [
          ...indexes.flatMap((j) => short('before', j)),
          ...(i % 2 === 0 ? [attribute('long', text('x'.repeat(20_000 + 37 * i)))] : []),
          ...indexes.flatMap((j) => short('after', j)),
        ],
      }),
    );
    for (const span of spans) expect(harness.add(encoder, span, form)).toBe(true);
    expect(decodeProtobufRequest(encoder.finish())[0].scopes[0].spans).toEqual(spans.map(expectedSpan));
    // And where only short attributes make it grow, at many offsets.
    for (let count = 1; count < 40; count++) {
      const fresh = transcoder();
      const one = modelSpan({ attributes: indexes.slice(0, count).flatMap((j) => short('only', j)) });
      const copies = Math.ceil(80_000 / (count * 80));
      for (let i = 0; i < copies; i++) harness.add(fresh, one, form);
      const found = decodeProtobufRequest(fresh.finish())[0].scopes[0].spans;
      expect(found.length).toBe(copies);
      const expected = JSON.stringify(expectedSpan(one));
      expect(found.filter((span) => JSON.stringify(span) !== expected)).toEqual([]);
    }
  });

  test('moves nothing into the neighbours when nested messages outgrow their guessed length', () => {
    const harness = new EncoderHarness();
    const encoder = transcoder();
    const span = (bytes: number) =>
      modelSpan({
        attributes: [
          attribute('deep', {
            type: 'map',
            entries: [attribute('in', { type: 'array', items: [text('x'.repeat(bytes))] })],
          }),
        ],
        events: [
          {
            name: 'e',
            time: { clock: 'monotonic', millis: 1 },
            attributes: [attribute('b', text('y'.repeat(bytes)))],
            droppedAttributes: 3,
          },
        ],
      });
    const spans = [];
    for (let bytes = 90; bytes < 140; bytes++) spans.push(span(bytes));
    for (const one of spans) expect(harness.add(encoder, one)).toBe(true);
    expect(decodeProtobufRequest(encoder.finish())[0].scopes[0].spans).toEqual(spans.map(expectedSpan));
  });

  test('takes ids up to the last published one and refuses the next', () => {
    const harness = new EncoderHarness();
    const encoder = transcoder();
    const scopeId = harness.scopeId(scope('s'));
    const nameId = harness.arena.intern('published');
    const at = (overrides: { name?: number; key?: number; scope?: number; value?: number }) => {
      const record = buildRecord(modelSpan({ scopeId, attributes: [attribute('k', text('v'))] }), {
        internName: (name) => (name === 'k' ? (overrides.key ?? nameId) : (overrides.name ?? nameId)),
        internValue: () => overrides.value ?? nameId,
        internMapKeys: false,
        wideIntegers: false,
      });
      new Int32Array(record.buffer)[14] = overrides.scope ?? scopeId;
      return harness.addRecord(encoder, record);
    };
    const next = harness.arena.count + 1;
    expect(at({})).toBe(true);
    for (const wrong of [
      { name: next },
      { key: next },
      { scope: next },
      { value: next },
      { name: -1 },
      { scope: -1 },
    ]) {
      expect(at(wrong)).toBe(false);
    }
    expect(encoder.count).toBe(1);
    // Published now: the same ids are good.
    expect(harness.scopeId(scope('t'))).toBe(next);
    expect(at({ scope: next })).toBe(true);
  });

  test.each(['protobuf', 'json'])(
    'nests values %s as deep as the limit says and refuses one level more',
    (format) => {
      const harness = new EncoderHarness();
      const encoder = format === 'json' ? new JsonEncoder(jsonResource(RESOURCE)!) : transcoder();
      const nested = (depth: number) => modelSpan({ attributes: [attribute('k', nestedArray(depth))] });
      expect(harness.add(encoder, nested(ATTRIBUTE_DEPTH_MAX))).toBe(true);
      expect(harness.add(encoder, nested(ATTRIBUTE_DEPTH_MAX + 1))).toBe(false);
      expect(encoder.count).toBe(1);
    },
  );

  test('refuses what would go past its cap and keeps what it has', () => {
    const harness = new EncoderHarness();
    const encoder = transcoder(64 * 1024);
    const large = modelSpan({ attributes: [attribute('k', text('x'.repeat(40_000)))] });
    expect(harness.add(encoder, large)).toBe(true);
    const bytes = encoder.bytes;
    expect(harness.add(encoder, large)).toBe(false);
    expect([encoder.count, encoder.bytes]).toEqual([1, bytes]);
    expect(harness.add(encoder, modelSpan())).toBe(true);
    const { spans } = decodeProtobufRequest(encoder.finish())[0].scopes[0];
    expect(spans).toEqual([expectedSpan(large), expectedSpan(modelSpan())]);
    expect(harness.add(encoder, large)).toBe(true);
  });

  test('refuses what is no whole span record: padding, misplaced, cut off, of no or odd length', () => {
    const harness = new EncoderHarness();
    const encoder = transcoder();
    const record = buildRecord(modelSpan());
    const { words, bytes } = inSharedMemory(record);
    const first = RECORD_OFFSET >> 2;
    const add = (offset = RECORD_OFFSET) => encoder.add(harness.producer, words, bytes, offset);
    expect(add(RECORD_OFFSET + 4)).toBe(false);
    expect(add(bytes.length)).toBe(false);
    expect(add(-8)).toBe(false);
    const whole = words[first];
    for (const length of [0, -8, 64, whole + 4, bytes.length - RECORD_OFFSET + 8, 0x7ffffff8]) {
      words[first] = length;
      expect(add()).toBe(false);
    }
    words[first] = whole;
    words[first + 1] &= ~0xff;
    expect(add()).toBe(false);
    words[first + 1] |= 1;
    expect(add()).toBe(true);
    expect(encoder.count).toBe(1);
  });
});
