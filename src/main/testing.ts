// Public door `offloop/testing`: telemetry for the tests of an application. Importing it does nothing. Thread: the user's.

export type { ReadableSpan } from './sdk/types.js';
export type { SpanTree, SpanTreeOptions } from './testing/span-tree.js';
export { TestClock } from './testing/test-clock.js';
export {
  createTestTelemetry,
  TestTelemetry,
  type TestTelemetryOptions,
  type WaitForSpanOptions,
} from './testing/test-telemetry.js';
