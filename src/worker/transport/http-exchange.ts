// One HTTP request and its response under one deadline. Export worker; caller: http-transport.ts.
// Invariants: the outcome is settled exactly once, by the deadline at the latest; at most `maxResponseBytes` of the
// response are held; after settling, the socket is either back in the pool (request sent and response read to their ends)
// or destroyed, and the body is not read any more.

import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import type { HttpResponse } from './http-response.js';
import type { Scheduler } from './transport.js';

export type HttpOutcome =
  | { readonly kind: 'response'; readonly response: HttpResponse }
  /** No usable response. `stale`: the pool's socket had been closed by the server before it saw the request. */
  | { readonly kind: 'broken'; readonly cause: string; readonly stale: boolean; readonly timedOut: boolean }
  | { readonly kind: 'oversized' }
  /** The request could not even be built, and never will be. */
  | { readonly kind: 'unsendable'; readonly cause: string };

export interface HttpExchangeInput {
  readonly request: (options: RequestOptions) => ClientRequest;
  readonly options: RequestOptions;
  readonly body: Uint8Array;
  readonly deadlineMillis: number;
  readonly maxResponseBytes: number;
  readonly scheduler: Scheduler;
}

export class HttpExchange {
  readonly outcome: Promise<HttpOutcome>;
  readonly #input: HttpExchangeInput;
  readonly #chunks: Buffer[] = [];
  #receivedBytes = 0;
  #request: ClientRequest | undefined;
  #head: IncomingMessage | undefined;
  #timer: unknown;
  #settle: ((outcome: HttpOutcome) => void) | undefined;

  constructor(input: HttpExchangeInput) {
    this.#input = input;
    this.outcome = new Promise((resolve) => {
      this.#settle = resolve;
    });
    this.#start();
  }

  /** Ends the exchange now. */
  abort(cause: string): void {
    this.#breakOff(cause, false, false);
  }

  #start(): void {
    const { scheduler, deadlineMillis } = this.#input;
    // The only clock of the exchange. Socket time-outs measure idleness, which a server that drips a byte now and
    // then never reaches.
    this.#timer = scheduler.setTimer(
      () => this.#breakOff('no complete response before the deadline', false, true),
      Math.max(0, deadlineMillis - scheduler.now()),
    );
    try {
      const request = this.#input.request(this.#input.options);
      this.#request = request;
      if (this.#input.scheduler.keepAlive === false) request.on('socket', (socket) => socket.unref());
      request.on('error', (error: NodeJS.ErrnoException) => this.#failed(error));
      request.on('response', (response) => this.#read(response));
      request.end(this.#input.body);
    } catch (error) {
      this.#finish(refusal(error as NodeJS.ErrnoException));
    }
  }

  #read(response: IncomingMessage): void {
    this.#head = response;
    response.on('data', (chunk: Buffer) => {
      this.#receivedBytes += chunk.length;
      if (this.#receivedBytes > this.#input.maxResponseBytes) this.#finish({ kind: 'oversized' });
      else this.#chunks.push(chunk);
    });
    // An answer to a request that is still being sent: the connection goes, and nothing reads the body any more.
    response.on('end', () =>
      this.#finish(
        { kind: 'response', response: this.#assemble(response) },
        this.#request?.writableFinished === true,
      ),
    );
    response.on('error', (error: NodeJS.ErrnoException) => this.#failed(error));
    response.on('close', () =>
      this.#breakOff('connection closed in the middle of the response', false, false),
    );
  }

  #failed(error: NodeJS.ErrnoException): void {
    if (error.code === 'HPE_HEADER_OVERFLOW') this.#finish({ kind: 'oversized' });
    else {
      const reset = error.code === 'ECONNRESET' || error.code === 'EPIPE';
      const stale = reset && this.#head === undefined && this.#request?.reusedSocket === true;
      this.#breakOff(causeOf(error), stale, false);
    }
  }

  #breakOff(cause: string, stale: boolean, timedOut: boolean): void {
    const head = this.#head;
    // A refusal whose body never ends is a refusal all the same; only a success needs to be read to its end.
    if (head && statusOf(head) >= 300) this.#finish({ kind: 'response', response: this.#assemble(head) });
    else this.#finish({ kind: 'broken', cause, stale, timedOut });
  }

  #finish(outcome: HttpOutcome, reusable = false): void {
    const settle = this.#settle;
    if (!settle) return;
    this.#settle = undefined;
    this.#input.scheduler.clearTimer(this.#timer);
    settle(outcome);
    // Its 'error' event, if any, finds the exchange settled.
    if (!reusable) this.#request?.destroy();
  }

  #assemble(response: IncomingMessage): HttpResponse {
    const { headers } = response;
    return {
      statusCode: statusOf(response),
      contentType: headers['content-type'],
      contentEncoding: headers['content-encoding'],
      retryAfter: headers['retry-after'],
      date: headers.date,
      body: this.#chunks.length === 1 ? this.#chunks[0] : Buffer.concat(this.#chunks),
    };
  }
}

function statusOf(response: IncomingMessage): number {
  return response.statusCode ?? 0;
}

/**
 * What `request` throws itself. Header names, values and the path are checked there (the messages name the header, not
 * the value) and will never be right; certificates that do not fit together may be half replaced.
 */
function refusal(error: NodeJS.ErrnoException): HttpOutcome {
  if (/^ERR_(INVALID|UNESCAPED|HTTP)/.test(error.code ?? ''))
    return { kind: 'unsendable', cause: error.message };
  return { kind: 'broken', cause: causeOf(error), stale: false, timedOut: false };
}

/** Happy Eyeballs reports several failures in one error without a message of its own. */
function causeOf(error: NodeJS.ErrnoException): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(String).join('; ');
  return error.message || error.code || 'connection failed';
}
