// [seconds, nanoseconds] as one whole number, for tests.

import type { HrTime } from '@opentelemetry/api';

export function hrTimeToNanoseconds([seconds, nanos]: HrTime): bigint {
  return BigInt(seconds) * 1_000_000_000n + BigInt(nanos);
}
