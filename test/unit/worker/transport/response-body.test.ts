import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  bodyFormat,
  readPartialSuccess,
  readStatusMessage,
} from '../../../../src/worker/transport/response-body.js';
import { partialSuccess, rpcStatus } from '../../../support/rpc-messages.js';

const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  // Real answers with one byte changed get further into the readers than noise does.
  fc
    .tuple(fc.constantFrom(partialSuccess(5, 'five'), rpcStatus('status')), fc.nat(20), fc.nat(255))
    .map(([body, index, value]) => {
      const changed = Uint8Array.from(body);
      changed[index % changed.length] = value;
      return changed;
    }),
  fc.json().map((json) => new TextEncoder().encode(json)),
);

test('any bytes in any format give a count and a text, or nothing', () => {
  fc.assert(
    fc.property(bytes, fc.constantFrom('protobuf' as const, 'json' as const), (body, format) => {
      const answer = readPartialSuccess(body, format);
      if (answer) expect(Number.isInteger(answer.rejected) && typeof answer.message === 'string').toBe(true);
      expect(typeof readStatusMessage(body, format)).toBe('string');
    }),
    { numRuns: 2000 },
  );
});

test('what protobufjs writes is read back, also beyond 2^53 (rounded)', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.string(), (rejected, message) => {
      const answer = readPartialSuccess(partialSuccess(String(rejected), message), 'protobuf');
      expect(answer).toEqual({
        rejected: Number(rejected),
        message: new TextDecoder().decode(Buffer.from(message)),
      });
    }),
  );
});

test('fields that are not known yet are passed over, in both formats', () => {
  const unknown = Uint8Array.from([0x7a, 0x01, 0x00, 0x48, 0x05]); // 15: bytes, 9: varint
  expect(readPartialSuccess(Buffer.concat([unknown, partialSuccess(2, 'x')]), 'protobuf')).toEqual({
    rejected: 2,
    message: 'x',
  });
  const json = '{"later":{},"partial_success":{"rejected_spans":"2","error_message":"x","more":[]}}';
  expect(readPartialSuccess(Buffer.from(json), 'json')).toEqual({ rejected: 2, message: 'x' });
});

test('names that every object inherits are no fields', () => {
  expect(readStatusMessage(Buffer.from('{"__proto__":{"message":"x"}}'), 'json')).toBe('');
  expect(readPartialSuccess(Buffer.from('{}'), 'json')).toEqual({ rejected: 0, message: '' });
});

test('the format follows the content type, and the request where there is none', () => {
  expect(bodyFormat('Application/JSON; charset=utf-8', 'protobuf')).toBe('json');
  expect(bodyFormat('application/x-protobuf', 'json')).toBe('protobuf');
  expect(bodyFormat(undefined, 'json')).toBe('json');
  expect(bodyFormat('text/plain', 'json')).toBeUndefined();
});
