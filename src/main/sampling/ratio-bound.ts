// The arithmetic of TraceIdRatioBased, in one place for the class and for its word sampler. Thread: producer, when a
// sampler is made. Bit-compatible with OpenTelemetry JS 3.x: a trace is kept if the exclusive or of the four 32-bit
// words of its id is below the bound.

/** What is no number counts as 0; what lies outside [0, 1] as its nearest end. */
export function normalizedRatio(ratio: unknown): number {
  if (typeof ratio !== 'number' || Number.isNaN(ratio)) return 0;
  return Math.min(1, Math.max(0, ratio));
}

/** A ratio of 1 keeps every trace, also the one in 2^32 whose words give 0xffffffff. */
export function ratioBound(ratio: number): number {
  return ratio === 1 ? 0x1_0000_0000 : Math.floor(ratio * 0xffff_ffff);
}
