// HOT. Spans of one pipeline that ended shortly after each other, until they are written into the ring together. Thread: main.
// Caller: offload-pipeline.ts.
//
// Between two spans the SDK in front runs more code than a core's instruction cache holds: written one by one, each span finds
// none of ours there. Measured beside the official SDK at 40,000 spans/s: 755 ns a span one by one, 430 in groups.
//
// Bounds: a span that ends alone is written at once, so export goes on while the application blocks the loop after it. Of those
// that end within a burst at most SPANS_MAX - 1 wait for the end of the turn (a microtask); flushes, `stats()` and the end of
// the process write what waits.

import type { ReadableSpan } from '../sdk/types.js';
import type { ReadableSpanRecorder } from './readable/readable-span-recorder.js';

export const SPANS_MAX = 32;
/** Ends that are further apart are no burst. (The official SDK's clock may step back by as much as a span took.) */
const BURST_NANOS_MAX = 100_000;

const endOfTurn = Promise.resolve();

export class EndedSpans {
  readonly #recorder: ReadableSpanRecorder;
  /** A new one for each group: into an old object every store of a young span would be noted for the garbage collector. */
  #spans: ReadableSpan[] = new Array(SPANS_MAX);
  #count = 0;
  #lastSeconds = 0;
  #lastNanos = 0;
  readonly #writeLater = (): void => this.write();

  constructor(recorder: ReadableSpanRecorder) {
    this.#recorder = recorder;
  }

  add(span: ReadableSpan): void {
    const isBurst = this.#isBurst(span);
    const count = this.#count;
    this.#spans[count] = span;
    this.#count = count + 1;
    if (!isBurst || count + 1 === SPANS_MAX) this.write();
    else if (count === 0) void endOfTurn.then(this.#writeLater);
  }

  write(): void {
    const count = this.#count;
    if (count === 0) return;
    const spans = this.#spans;
    this.#count = 0;
    this.#spans = new Array(SPANS_MAX);
    this.#recorder.recordAll(spans, count);
  }

  #isBurst(span: ReadableSpan): boolean {
    try {
      const { endTime } = span;
      const seconds = endTime[0];
      const nanos = endTime[1];
      const sinceLastNanos = nanos - this.#lastNanos;
      this.#lastNanos = nanos;
      if (seconds === this.#lastSeconds) return Math.abs(sinceLastNanos) <= BURST_NANOS_MAX;
      this.#lastSeconds = seconds;
    } catch {
      // It has none: whoever reads it next counts that.
    }
    return false;
  }
}
