// Ring, batch and request sizes, and how they bound each other.

import { describe, expect, test } from 'vitest';
import { resolveConfig } from '../../../../src/shared/config/resolve.js';
import { onlyWarning, refusal, withEnvironment, withOptions } from './resolve-with.js';

const KIB = 1024;
const MIB = 1024 * KIB;

describe('ring bytes of other threads', () => {
  test.each([64 * KIB, 1 * MIB, 256 * MIB])('accept %d, and leave the ring of main alone', (bytes) => {
    const { config } = withOptions({ threadRingBytes: bytes });
    expect([config.threadRingBytes, config.ringBytes]).toEqual([bytes, 4 * MIB]);
    const resolution = withEnvironment({ OFFLOOP_THREAD_RING_BYTES: String(bytes) });
    expect(resolution.config.threadRingBytes).toBe(bytes);
    expect(resolution.warnings).toEqual([]);
  });

  test.each([32 * KIB, 512 * MIB, 64 * KIB + 1, 0])('refuse %d', (bytes) => {
    expect(refusal({ threadRingBytes: bytes }).code).toBe('ERR_OFFLOOP_THREAD_RING_BYTES');
    const resolution = withEnvironment({ OFFLOOP_THREAD_RING_BYTES: String(bytes) });
    expect(resolution.config.threadRingBytes).toBe(1 * MIB);
    expect(onlyWarning(resolution)).toContain('a power of two from 65536 to 268435456');
  });

  test('are 1 MiB by default, whatever the queue of main', () => {
    expect(withOptions({ maxQueueSize: 100_000 }).config.threadRingBytes).toBe(1 * MIB);
  });
});

describe('ring bytes', () => {
  test.each([64 * KIB, 128 * KIB, 4 * MIB, 256 * MIB])('accepts %d', (bytes) => {
    expect(withOptions({ ringBytes: bytes }).config.ringBytes).toBe(bytes);
    const resolution = withEnvironment({ OFFLOOP_RING_BYTES: String(bytes) });
    expect(resolution.config.ringBytes).toBe(bytes);
    expect(resolution.warnings).toEqual([]);
  });

  test.each([
    [32 * KIB, 64 * KIB],
    [512 * MIB, 256 * MIB],
    [64 * KIB + 1, 128 * KIB],
    [3 * MIB, 4 * MIB],
    [0, 4 * MIB],
    [-65_536, 4 * MIB],
    [Number.NaN, 4 * MIB],
    [Number.POSITIVE_INFINITY, 256 * MIB],
  ])('refuses %d and says %d would do', (bytes, near) => {
    const error = refusal({ ringBytes: bytes });
    expect(error.code).toBe('ERR_OFFLOOP_RING_BYTES');
    expect(error.remedy).toContain(String(near));
    const resolution = withEnvironment({ OFFLOOP_RING_BYTES: String(bytes) });
    expect(resolution.config.ringBytes).toBe(4 * MIB);
    expect(onlyWarning(resolution)).toContain('a power of two from 65536 to 268435456');
  });

  test.each(['65536', null, {}])('refuses %j in code', (ringBytes) => {
    expect(refusal({ ringBytes }).code).toBe('ERR_OFFLOOP_RING_BYTES');
  });

  test.each([
    [1, 64 * KIB],
    [256, 64 * KIB],
    [257, 128 * KIB],
    [2048, 512 * KIB],
    [16_384, 4 * MIB],
    [16_385, 8 * MIB],
    [1_048_576, 256 * MIB],
  ])('a queue of %d spans is a ring of %d bytes', (spans, bytes) => {
    expect(withOptions({ maxQueueSize: spans }).config.ringBytes).toBe(bytes);
    expect(withEnvironment({ OTEL_BSP_MAX_QUEUE_SIZE: String(spans) }).config.ringBytes).toBe(bytes);
  });

  test('bytes beat spans, and code beats variables', () => {
    const environment = { OFFLOOP_RING_BYTES: '131072', OTEL_BSP_MAX_QUEUE_SIZE: '1024' };
    expect(withEnvironment(environment).config.ringBytes).toBe(128 * KIB);
    expect(resolveConfig({ maxQueueSize: 2048 }, environment, 'strict').config.ringBytes).toBe(512 * KIB);
    const both = { maxQueueSize: 2048, ringBytes: 64 * KIB };
    expect(resolveConfig(both, environment, 'strict').config.ringBytes).toBe(64 * KIB);
  });
});

describe('a batch', () => {
  test('takes at most what half of the ring holds, and says so if more was asked for', () => {
    const fits = withOptions({ ringBytes: 64 * KIB, maxExportBatchSize: 128 });
    expect(fits.config.batch.maxExportBatchSize).toBe(128);
    expect(fits.warnings).toEqual([]);
    const over = withOptions({ ringBytes: 64 * KIB, maxExportBatchSize: 129 });
    expect(over.config.batch.maxExportBatchSize).toBe(128);
    expect(onlyWarning(over)).toContain('maxExportBatchSize is 129');
  });

  test('of the default size is lowered to a small ring without a word', () => {
    const resolution = withOptions({ ringBytes: 64 * KIB });
    expect(resolution.config.batch.maxExportBatchSize).toBe(128);
    expect(resolution.warnings).toEqual([]);
  });

  test('leaves its request room for the envelope', () => {
    const exporter = { maxRequestBytes: 64 * KIB };
    const fits = withOptions({ exporter, maxExportBatchBytes: 60 * KIB });
    expect(fits.config.batch.maxExportBatchBytes).toBe(60 * KIB);
    expect(fits.warnings).toEqual([]);
    const over = withOptions({ exporter, maxExportBatchBytes: 60 * KIB + 1 });
    expect(over.config.batch.maxExportBatchBytes).toBe(60 * KIB);
    expect(onlyWarning(over)).toContain('maxExportBatchBytes');
    expect(withOptions({ exporter }).config.batch.maxExportBatchBytes).toBe(60 * KIB);
  });
});
