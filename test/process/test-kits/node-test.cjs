// A user's tests under node:test, as CommonJS.
const assert = require('node:assert/strict');
const { after, before, beforeEach, test } = require('node:test');
const { checkOut } = require('./checkout.cjs');
const { createTestTelemetry } = require('offloop/testing');

const telemetry = createTestTelemetry();
before(() => telemetry.register());
beforeEach(() => telemetry.reset());
after(() => telemetry.shutdown());

test('a checkout reserves what was bought', async () => {
  await checkOut(2);
  assert.equal(telemetry.treeText(), 'checkout\n└─ reserve\n   └─ SELECT stock');
});

test('another test starts from nothing', async () => {
  assert.deepEqual(telemetry.spans, []);
  await checkOut(1);
  assert.equal(telemetry.spanNamed('checkout').spanContext().spanId, '0000000000000001');
});
