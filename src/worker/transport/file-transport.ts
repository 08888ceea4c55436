// OTLP as JSON lines, into standard output or a file. Export worker; caller: create-transport.ts, which loads it when the
// protocol is `file`. Specification: OTLP File Exporter: one request a line, UTF-8, separated by "\n".
//
// Lines go out one after the other, whatever the number of sends. Writing never waits inside the system: a pipe that is full
// answers EAGAIN (main made it non-blocking, lifecycle/stdout-mode.ts), and is tried again by a timer, up to the deadline.
// Descriptor 1 belongs to the application: it is never closed, nor opened as a stream, whose end would close it.

import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ExportResult } from './export-result.js';
import type { Payload, Scheduler, Transport } from './transport.js';

const STDOUT_FD = 1;
const NEWLINE = 0x0a;
/** A reader that is quick has emptied a pipe of 64 KiB in less; one that is slow is asked 20 times a second. */
const PAUSE_MILLIS_MIN = 1;
const PAUSE_MILLIS_MAX = 50;
/** Not blocking: what is opened may be a named pipe without a reader. */
const OPEN_FLAGS = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | (constants.O_NONBLOCK ?? 0);

const CLOSED: ExportResult = { status: 'retryable', cause: 'transport closed' };

/** Bytes written from `offset` on; throws as fs.writeSync does. */
export type WriteBytes = (fd: number, bytes: Uint8Array, offset: number) => number;

export class FileTransport implements Transport {
  readonly #file: string | undefined;
  readonly #scheduler: Scheduler;
  readonly #write: WriteBytes;
  #fd: number | undefined;
  /** Settled when the line before is written or given up. */
  #turn: Promise<unknown> = Promise.resolve();
  /** A line was given up in its middle: the next one must not go on in it. */
  #isTorn = false;
  #closed = false;
  #endPause: (() => void) | undefined;

  /** `destination`: `stdout`, or a file URL. A file is opened for the first line, and for the next one if that failed. */
  constructor(destination: string, scheduler: Scheduler, write: WriteBytes = writeSync) {
    this.#file = destination === 'stdout' ? undefined : fileURLToPath(destination);
    this.#scheduler = scheduler;
    this.#write = write;
  }

  send({ body }: Payload, deadlineMillis: number): Promise<ExportResult> {
    const sent = this.#turn.then(() => this.#writeLine(body, deadlineMillis));
    this.#turn = sent;
    return sent;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#endPause?.();
    await this.#turn;
    if (this.#file === undefined || this.#fd === undefined) return;
    closeSync(this.#fd);
    this.#fd = undefined;
  }

  async #writeLine(body: Uint8Array, deadlineMillis: number): Promise<ExportResult> {
    let offset = 0;
    try {
      const fd = this.#open();
      const line = this.#line(body);
      let pauseMillis = PAUSE_MILLIS_MIN;
      while (offset < line.length) {
        if (this.#closed) return CLOSED;
        const written = this.#writeSome(fd, line, offset);
        offset += written;
        if (written > 0) {
          this.#isTorn = offset < line.length;
          pauseMillis = PAUSE_MILLIS_MIN;
          continue;
        }
        if (this.#scheduler.now() + pauseMillis > deadlineMillis) return this.#notTaken(offset, line.length);
        await this.#pause(pauseMillis);
        pauseMillis = Math.min(2 * pauseMillis, PAUSE_MILLIS_MAX);
      }
      return { status: 'success', rejected: 0 };
    } catch (error) {
      // The message has the system's code (EPIPE, ENOSPC, ...) and no more than the file's name.
      return { status: 'failure', cause: error instanceof Error ? error.message : String(error) };
    }
  }

  #open(): number {
    if (this.#file === undefined) return STDOUT_FD;
    this.#fd ??= openSync(this.#file, OPEN_FLAGS, 0o666);
    return this.#fd;
  }

  #line(body: Uint8Array): Uint8Array {
    const start = this.#isTorn ? 1 : 0;
    const line = new Uint8Array(start + body.length + 1);
    if (this.#isTorn) line[0] = NEWLINE;
    line.set(body, start);
    line[line.length - 1] = NEWLINE;
    return line;
  }

  /** 0: there is no room at the moment. */
  #writeSome(fd: number, line: Uint8Array, offset: number): number {
    try {
      return this.#write(fd, line, offset);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return 0;
      throw error;
    }
  }

  #notTaken(offset: number, length: number): ExportResult {
    const where = this.#file === undefined ? 'standard output' : 'the file';
    return { status: 'failure', cause: `${where} took ${offset} of ${length} bytes in time` };
  }

  #pause(millis: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#scheduler.setTimer(() => this.#endPause?.(), millis);
      this.#endPause = () => {
        this.#endPause = undefined;
        this.#scheduler.clearTimer(timer);
        resolve();
      };
    });
  }
}
