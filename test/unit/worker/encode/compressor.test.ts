import { randomBytes } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { COMPRESSION_THRESHOLD_BYTES, Compressor } from '../../../../src/worker/encode/compressor.js';

const repetitive = (length: number) => new Uint8Array(length).fill(65);

test('compresses to gzip that inflates to the same bytes', () => {
  for (const length of [COMPRESSION_THRESHOLD_BYTES, 100_000, 3_000_000]) {
    const body = Uint8Array.from({ length }, (_, index) => (index >>> 3) ^ (index & 7));
    const { body: compressed, encoding } = new Compressor('gzip').compress(body);
    expect(encoding).toBe('gzip');
    expect(compressed.length).toBeLessThan(length);
    expect(Buffer.compare(gunzipSync(compressed), body)).toBe(0);
  }
});

test('leaves a body below the threshold alone and compresses one of exactly the threshold', () => {
  const compressor = new Compressor('gzip');
  const small = repetitive(COMPRESSION_THRESHOLD_BYTES - 1);
  expect(compressor.compress(small)).toEqual({ body: small, encoding: undefined });
  expect(compressor.compress(repetitive(COMPRESSION_THRESHOLD_BYTES)).encoding).toBe('gzip');
});

test('sends as it is what compression does not make smaller', () => {
  const noise = randomBytes(10_000);
  const result = new Compressor('gzip').compress(noise);
  expect(result.body).toBe(noise);
  expect(result.encoding).toBeUndefined();
});

test('does nothing when compression is off', () => {
  const body = repetitive(100_000);
  expect(new Compressor('none').compress(body)).toEqual({ body, encoding: undefined });
});
