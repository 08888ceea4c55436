// The progress of the demo: one line that is rewritten on a terminal, a new line every two seconds elsewhere.

import type { WriteStream } from 'node:tty';

const TERMINAL_INTERVAL_MILLIS = 200;
const PLAIN_INTERVAL_MILLIS = 2_000;
const CLEAR_LINE = '\r\u001b[K';

export class Progress {
  readonly #stream: WriteStream;
  readonly #timer: NodeJS.Timeout;
  #stopped = false;

  /** A line that cannot be had is left out. */
  constructor(stream: WriteStream, line: () => Promise<string>) {
    this.#stream = stream;
    const write = (text: string) => {
      if (this.#stopped) return;
      // A line that wraps could not be cleared. Some terminals do not know their width and say 0.
      const width = stream.columns > 1 ? stream.columns - 1 : undefined;
      stream.write(stream.isTTY ? CLEAR_LINE + text.slice(0, width) : `${text}\n`);
    };
    this.#timer = setInterval(
      () => line().then(write, () => {}),
      stream.isTTY ? TERMINAL_INTERVAL_MILLIS : PLAIN_INTERVAL_MILLIS,
    );
  }

  stop(): void {
    this.#stopped = true;
    clearInterval(this.#timer);
    if (this.#stream.isTTY) this.#stream.write(CLEAR_LINE);
  }
}
