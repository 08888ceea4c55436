// The generator without telemetry: draws the same values and records nothing. Its cost is subtracted.

import type { OpenSubject } from './subject.ts';

export const open: OpenSubject = async () => ({
  tracer: undefined,
  flush: async () => {},
  totals: () => ({ delivered: 0, dropped: 0 }),
  close: async () => {},
});
