// Starts laps of threads at one moment, and takes their times: words in shared memory. Called by threads.ts, and by the
// threads (recording-thread.ts).
//
//   words:  LAP (counts up; -1: the end) | BITS (who runs) | DONE (bits of those that are through)
//   times:  wall milliseconds and CPU microseconds of each thread

/** Spans of one lap of one thread: less than half of its ring, so that the pipeline has no reason to hurry. */
export const LAP_SPANS = 2000;

const LAP = 0;
const BITS = 1;
const DONE = 2;
const TIMES_OFFSET = 16;
const THREADS = 2;

export interface LapTime {
  readonly wallMillis: number;
  readonly cpuMicros: number;
}

export class LapBoard {
  readonly memory: SharedArrayBuffer;
  readonly #words: Int32Array;
  readonly #times: Float64Array;

  constructor(memory = new SharedArrayBuffer(TIMES_OFFSET + 16 * THREADS)) {
    this.memory = memory;
    this.#words = new Int32Array(memory, 0, 3);
    this.#times = new Float64Array(memory, TIMES_OFFSET);
  }

  /** Blocks until all threads of `bits` are through. */
  run(bits: number): LapTime[] {
    const words = this.#words;
    Atomics.store(words, BITS, bits);
    Atomics.store(words, DONE, 0);
    Atomics.add(words, LAP, 1);
    Atomics.notify(words, LAP);
    for (let done = 0; done !== bits; done = Atomics.load(words, DONE)) Atomics.wait(words, DONE, done);
    const times: LapTime[] = [];
    for (let thread = 0; thread < THREADS; thread++) {
      if ((bits & (1 << thread)) === 0) continue;
      times.push({ wallMillis: this.#times[2 * thread], cpuMicros: this.#times[2 * thread + 1] });
    }
    return times;
  }

  end(): void {
    Atomics.store(this.#words, LAP, -1);
    Atomics.notify(this.#words, LAP);
  }

  /** In a thread: blocks until the next lap after `seen`; undefined: there is none. */
  next(seen: number): { readonly lap: number; readonly bits: number } | undefined {
    Atomics.wait(this.#words, LAP, seen);
    const lap = Atomics.load(this.#words, LAP);
    return lap < 0 ? undefined : { lap, bits: Atomics.load(this.#words, BITS) };
  }

  /** In a thread: it is through. */
  done(bit: number, time: LapTime): void {
    const thread = bit === 1 ? 0 : 1;
    this.#times[2 * thread] = time.wallMillis;
    this.#times[2 * thread + 1] = time.cpuMicros;
    Atomics.or(this.#words, DONE, bit);
    Atomics.notify(this.#words, DONE);
  }
}
