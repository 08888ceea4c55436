// A user's tests under jest, as ES modules.
import { createTestTelemetry } from 'offloop/testing';
import { checkOut } from './checkout.mjs';

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
  expect(telemetry.tree({ attributes: true })).toMatchObject([
    { name: 'checkout', attributes: { 'cart.items': 2 }, children: [{ name: 'reserve' }] },
  ]);
});

test('a checkout of too many items is an error', async () => {
  await checkOut(3);
  expect(telemetry.treeText()).toBe('checkout ERROR: too many\n└─ reserve\n   └─ SELECT stock');
});
