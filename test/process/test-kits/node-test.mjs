// A user's tests under node:test, as ES modules.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { createTestTelemetry } from 'offloop/testing';
import { checkOut } from './checkout.mjs';

const telemetry = createTestTelemetry();
before(() => telemetry.register());
beforeEach(() => telemetry.reset());
after(() => telemetry.shutdown());

test('a checkout reserves what was bought', async () => {
  await checkOut(2);
  assert.equal(
    telemetry.treeText({ attributes: true }),
    'checkout {"cart.items":2}\n└─ reserve\n   └─ SELECT stock',
  );
});

test('a checkout of too many items is an error', async () => {
  await checkOut(3);
  assert.deepEqual(telemetry.tree()[0].error, 'too many');
  assert.equal(telemetry.spanNamed('checkout').spanContext().traceId, '00000000000000000000000000000001');
});

test('nothing of it runs in a worker or keeps the process alive', () => {
  assert.deepEqual(
    process.getActiveResourcesInfo().filter((name) => /Worker|MessagePort|TCP|Timeout/.test(name)),
    [],
  );
  assert.ok(!process.moduleLoadList.includes('NativeModule http2'));
});
