import { expect, test, vi } from 'vitest';
import { fillRandom, randomUuid } from '../../../src/main/trace/ids/entropy.js';

test('every byte is filled, and differently each time', () => {
  const rows = Array.from({ length: 64 }, () => {
    const bytes = new Uint8Array(256);
    fillRandom(bytes);
    return bytes;
  });
  // A byte that is zero in all 64 rows by chance: once in 10^152 runs.
  for (let index = 0; index < 256; index++) expect(rows.some((bytes) => bytes[index] !== 0)).toBe(true);
  expect(new Set(rows.map((bytes) => Buffer.from(bytes).toString('hex'))).size).toBe(64);
});

test('words get all their bytes', () => {
  const words = new Int32Array(4);
  fillRandom(words);
  expect(words.every((word) => word !== 0)).toBe(true);
});

test('where there is no device, node:crypto is asked', () => {
  const platform = vi.spyOn(process, 'platform', 'get').mockReturnValue('win32');
  const load = vi.spyOn(process, 'getBuiltinModule');
  const bytes = new Uint8Array(32);
  fillRandom(bytes);
  expect(load).toHaveBeenCalledWith('node:crypto');
  expect(bytes.some((byte) => byte !== 0)).toBe(true);
  platform.mockRestore();
  load.mockRestore();
});

test('a UUID is one of version 4, and never the same twice', () => {
  const ids = Array.from({ length: 100 }, randomUuid);
  for (const id of ids)
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(new Set(ids).size).toBe(100);
});
