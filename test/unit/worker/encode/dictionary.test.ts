import { describe, expect, test } from 'vitest';
import { EMPTY_SCOPE } from '../../../../src/worker/encode/scope-message.js';
import { EncoderHarness } from '../../../support/encoder-harness.js';

function entryText({ dictionary }: EncoderHarness, id: number): string {
  const start = dictionary.starts[id];
  const byteLength = dictionary.pool[start];
  const bytes = Buffer.from(dictionary.pool.buffer, (start + 1) * 4, byteLength);
  const lengthBytes = bytes[0] < 0x80 ? 1 : 2;
  const length = lengthBytes === 1 ? bytes[0] : (bytes[0] & 0x7f) | (bytes[1] << 7);
  expect(length).toBe(byteLength - lengthBytes);
  return bytes.subarray(lengthBytes).toString('utf8');
}

describe('dictionary', () => {
  test('reads an id when it is published, not before', () => {
    const harness = new EncoderHarness(0);
    expect(harness.dictionary.load(1)).toBe(false);
    expect(harness.dictionary.text(1)).toBe(undefined);
    const id = harness.arena.intern('key');
    expect(harness.dictionary.load(id)).toBe(true);
    expect(harness.dictionary.load(id + 1)).toBe(false);
    expect(entryText(harness, id)).toBe('key');
    expect(harness.dictionary.text(id)).toBe('key');
    const start = harness.dictionary.starts[id];
    expect(harness.dictionary.load(id)).toBe(true);
    expect(harness.dictionary.starts[id]).toBe(start);
  });

  test('refuses ids that no arena gives out', () => {
    const harness = new EncoderHarness(0);
    harness.arena.intern('key');
    for (const id of [0, 2, 2 ** 24, 2 ** 31, 2 ** 32 - 1]) expect(harness.dictionary.load(id)).toBe(false);
  });

  test('holds every entry of a large arena, read in any order', () => {
    const harness = new EncoderHarness(0);
    const texts = Array.from({ length: 3000 }, (_, i) =>
      i % 7 === 0 ? `${i}ü`.repeat(40) : `attribute.${i}`,
    );
    const ids = texts.map((text) => harness.arena.intern(text));
    for (let i = ids.length - 1; i >= 0; i -= 2) expect(harness.dictionary.load(ids[i])).toBe(true);
    for (let i = 0; i < ids.length; i++) expect(harness.dictionary.load(ids[i])).toBe(true);
    for (let i = 0; i < ids.length; i++) expect(entryText(harness, ids[i])).toBe(texts[i]);
  });

  test('holds an empty string and tells it from none', () => {
    const harness = new EncoderHarness(0);
    const id = harness.arena.intern('');
    expect(harness.dictionary.load(id)).toBe(true);
    expect(entryText(harness, id)).toBe('');
    expect(harness.dictionary.text(id)).toBe('');
  });

  test('gives the same scope each time, and the nameless one for id 0', () => {
    const harness = new EncoderHarness(0);
    const scope = { name: 'n', version: '', schemaUrl: 'u', attributes: [] };
    const [first, second] = [harness.scopeId(scope), harness.scopeId(scope)];
    expect(harness.dictionary.scope(first)).toBe(harness.dictionary.scope(first));
    expect(harness.dictionary.scope(first)?.key).toBe(harness.dictionary.scope(second)?.key);
    expect(harness.dictionary.scope(0)).toBe(EMPTY_SCOPE);
    expect(harness.dictionary.scope(second + 1)).toBe(undefined);
  });

  test('refuses a scope whose entry is no scope', () => {
    const harness = new EncoderHarness(0);
    const id = harness.arena.intern('just a string, no blob');
    expect(harness.dictionary.scope(id)).toBe(undefined);
  });
});
