// The clocks that all threads of the process share. Thread: any of the application's. Callers: export-lanes.ts, for the workers;
// main/threads, for threads that record into their lanes; main/blocking and main/block-on, for the threads of tasks.
//
// Spans of one trace end in several threads, and more than one thread converts their times to unix time. All of them begin
// with one comparison of the two clocks: with one each, a child could seem to begin before its parent, by a millisecond
// (Date.now() has whole ones) or by what the wall clock was slewed in the meantime.

const READINGS = 5;

let unixMillisAtZero: number | undefined;

/** The same in all threads of the process; performance.now() counts from each thread's own start. */
export function monotonicMillis(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** Unix time at which `monotonicMillis()` was 0, as it was when this was first asked in the process. */
export function unixMillisAtMonotonicZero(): number {
  unixMillisAtZero ??= Date.now() - monotonicMillis();
  return unixMillisAtZero;
}

/** `monotonicMillis()` at which this thread's performance.now() was 0. */
export function monotonicOriginMillis(): number {
  // The least of some: a thread that is interrupted between its two clocks would shift all its spans.
  let millis = Number.POSITIVE_INFINITY;
  for (let reading = 0; reading < READINGS; reading++) {
    const nowMillis = performance.now();
    millis = Math.min(millis, monotonicMillis() - nowMillis);
  }
  return millis;
}

/** As another thread of the process has it. */
export function adoptUnixMillisAtMonotonicZero(millis: number): void {
  unixMillisAtZero = millis;
}
