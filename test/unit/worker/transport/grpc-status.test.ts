import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  classifyGrpcStatus,
  type GrpcStatus,
  retryDelayMillis,
} from '../../../../src/worker/transport/grpc-status.js';
import { any, retryInfo, rpcStatus } from '../../../support/rpc-messages.js';

function classify(status: Partial<GrpcStatus>) {
  return classifyGrpcStatus(
    { code: 14, details: '', statusDetails: undefined, responseBegan: false, ...status },
    ['s3cr3t'],
  );
}

describe('code', () => {
  test.each([
    [1, 'Cancelled'],
    [4, 'DeadlineExceeded'],
    [10, 'Aborted'],
    [11, 'OutOfRange'],
    [14, 'Unavailable'],
    [15, 'DataLoss'],
  ])('%d (%s) is retryable', (code, name) => {
    expect(classify({ code })).toEqual({ status: 'retryable', cause: `gRPC ${name}` });
  });

  test.each([2, 3, 5, 6, 7, 8, 9, 12, 13, 16, 17, -1])('%d is a failure', (code) => {
    expect(classify({ code })).toMatchObject({ status: 'failure' });
  });

  test('RESOURCE_EXHAUSTED is retryable with RetryInfo only', () => {
    const statusDetails = rpcStatus('full', [retryInfo({ seconds: 2, nanos: 500_000_000 })]);
    expect(classify({ code: 8, statusDetails })).toMatchObject({ status: 'retryable', afterMillis: 2500 });
    expect(classify({ code: 8, statusDetails: rpcStatus('full') })).toMatchObject({ status: 'failure' });
  });

  test('a retryable code takes its delay from RetryInfo, a failure none', () => {
    const statusDetails = rpcStatus('', [retryInfo({ seconds: 1 })]);
    expect(classify({ code: 14, statusDetails })).toMatchObject({ status: 'retryable', afterMillis: 1000 });
    expect(classify({ code: 3, statusDetails })).toEqual({
      status: 'failure',
      cause: 'gRPC InvalidArgument',
    });
  });

  test.each([
    'grpc: received message larger than max (5000000 vs. 4194304)',
    'Received message larger than max (5000000 vs 4194304)',
    'gRPC message exceeds maximum size 4194304: 5000000',
    'grpc: received message after decompression larger than max 4194304',
  ])('RESOURCE_EXHAUSTED saying "%s" is too large', (details) => {
    expect(classify({ code: 8, details })).toMatchObject({ status: 'too-large' });
    // The same words about the response are our own limit.
    expect(classify({ code: 8, details, responseBegan: true })).toMatchObject({ status: 'failure' });
  });

  test('INTERNAL is retryable when it stands for a stream that ended without an answer', () => {
    const details = 'Received RST_STREAM with code 2 (Internal server error)';
    expect(classify({ code: 13, details })).toMatchObject({ status: 'retryable' });
    expect(classify({ code: 13, details: 'panic' })).toMatchObject({ status: 'failure' });
  });

  test('the cause holds no secrets', () => {
    expect(classify({ code: 16, details: 'bad token s3cr3t' })).toEqual({
      status: 'failure',
      cause: 'gRPC Unauthenticated: bad token [redacted]',
    });
  });
});

describe('RetryInfo', () => {
  test.each<[string, object[], number | undefined]>([
    ['seconds', [retryInfo({ seconds: 3 })], 3000],
    ['nanoseconds', [retryInfo({ nanos: 1_000_000 })], 1],
    ['no delay', [retryInfo(undefined)], 0],
    ['a negative delay', [retryInfo({ seconds: -1 })], undefined],
    ['a negative fraction', [retryInfo({ nanos: -1_000_000 })], undefined],
    ['a huge delay', [retryInfo({ seconds: '315576000000' })], 315_576_000_000_000],
    [
      'other details before it',
      [any('google.rpc.ErrorInfo', new Uint8Array(3)), retryInfo({ seconds: 1 })],
      1000,
    ],
    ['only other details', [any('google.rpc.ErrorInfo', new Uint8Array(3))], undefined],
    ['a name that only ends alike', [any('not.google.rpc.RetryInfo', new Uint8Array(0))], undefined],
    ['a body that is no message', [any('google.rpc.RetryInfo', new Uint8Array([0xff]))], 0],
  ])('with %s', (_name, details, expected) => {
    expect(retryDelayMillis(rpcStatus('message', details))).toBe(expected);
  });

  test('is read up to 64 KiB of status details and not beyond', () => {
    const details = [retryInfo({ seconds: 1 })];
    const overhead = rpcStatus('x'.repeat(60_000), details).length - 60_000;
    const fitting = rpcStatus('x'.repeat(65_536 - overhead), details);
    expect(fitting.length).toBe(65_536);
    expect(retryDelayMillis(fitting)).toBe(1000);
    expect(retryDelayMillis(rpcStatus('x'.repeat(65_537 - overhead), details))).toBeUndefined();
  });

  test('cut off anywhere is no RetryInfo', () => {
    const whole = rpcStatus('message', [retryInfo({ seconds: 1 })]);
    for (let length = 12; length < whole.length; length++) {
      expect(retryDelayMillis(whole.subarray(0, length)), `${length} bytes`).toBeUndefined();
    }
  });

  test('random bytes give a delay or nothing, and never throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const delay = retryDelayMillis(bytes);
        expect(delay === undefined || (delay >= 0 && Number.isFinite(delay))).toBe(true);
      }),
    );
  });

  test('one changed byte of a real status gives a delay or nothing, and never throws', () => {
    const whole = rpcStatus('message', [retryInfo({ seconds: 1, nanos: 5 })]);
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), (index, value) => {
        const bytes = Uint8Array.from(whole);
        bytes[index] = value;
        const delay = retryDelayMillis(bytes);
        expect(delay === undefined || (delay >= 0 && Number.isFinite(delay))).toBe(true);
      }),
    );
  });
});
