// A user's tests under jest, as CommonJS.
const { checkOut } = require('./checkout.cjs');
const { createTestTelemetry } = require('offloop/testing');

const telemetry = createTestTelemetry();
beforeAll(() => {
  telemetry.register();
});
beforeEach(() => {
  telemetry.reset();
});
afterAll(() => telemetry.shutdown());

test('a checkout reserves what was bought', async () => {
  await checkOut(2);
  expect(telemetry.treeText()).toBe('checkout\n└─ reserve\n   └─ SELECT stock');
});

test('another test starts from nothing, and fake timers do not hold spans back', async () => {
  jest.useFakeTimers({ doNotFake: ['setImmediate'] });
  await checkOut(1);
  await telemetry.provider.forceFlush();
  jest.useRealTimers();
  expect(telemetry.spanNamed('checkout').spanContext().spanId).toBe('0000000000000001');
});
