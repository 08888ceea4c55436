// HOT. Now, on the scale of performance.now(). Thread: producer. Callers: tracer.ts, span.ts, record/template.ts.
//
// process.hrtime() reads the same clock for 40 ns instead of 50 (performance.now() checks its receiver first), so
// its zero is measured once: the shortest of some pairs of readings, which is right to some 50 ns.

const { hrtime } = process;
const PAIRS = 8;

function measureOriginMillis(): number {
  let origin = Number.POSITIVE_INFINITY;
  for (let i = 0; i < PAIRS; i++) {
    const offset = readMillis();
    const now = performance.now();
    const after = readMillis();
    origin = Math.min(origin, (offset + after) / 2 - now);
  }
  return origin;
}

function readMillis(): number {
  const time = hrtime();
  return time[0] * 1e3 + time[1] / 1e6;
}

const originMillis = measureOriginMillis();

export function nowMillis(): number {
  const time = hrtime();
  return time[0] * 1e3 + time[1] / 1e6 - originMillis;
}
