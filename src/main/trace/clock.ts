// HOT. Now, in milliseconds of performance.now(). Thread: producer. Callers: tracer.ts, span.ts, record/template.ts.
//
// Measured: 46 ns. process.hrtime() takes 42 ns, and gives them back to the collector of its arrays (100 bytes a call);
// Date.now() takes 48 ns and follows clock steps. The object is held here: the global is an accessor.

const clock = performance;

export function nowMillis(): number {
  return clock.now();
}
