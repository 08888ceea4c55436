// Sends the shop real requests: several clients with keep-alive connections, each pausing between requests as
// people do. Runs in the demo's process. Every answer is checked against the one that is due.

import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

interface Visit {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: unknown;
  readonly expectedStatus: number;
}

const GOOD_CARD = '4242424242424242';
const DECLINED_CARD = '4000000000000002';

function order(productId: string, quantity: number, card: string, expectedStatus: number): Visit {
  return { method: 'POST', path: '/orders', body: { productId, quantity, card }, expectedStatus };
}

function get(path: string, expectedStatus = 200): Visit {
  return { method: 'GET', path, expectedStatus };
}

/** One round of a client; about one request in six is an error that the shop is known to answer with. */
const VISITS: readonly Visit[] = [
  get('/products'),
  get('/products/apple?customerSince=2019'),
  get('/products/coffee'),
  order('coffee', 2, GOOD_CARD, 201),
  get('/products?customerSince=2015'),
  get('/products/no-such-thing', 404),
  get('/products/honey?customerSince=2024'),
  order('honey', 1, GOOD_CARD, 201),
  get('/products/cheese'),
  order('cheese', 3, DECLINED_CARD, 402),
  get('/recommendations', 500),
  get('/products/milk'),
  get('/products?customerSince=2020'),
  order('bread', 1, GOOD_CARD, 201),
  get('/products/pasta'),
  get('/products'),
];

const THINK_MILLIS_MIN = 5;
const THINK_MILLIS_MAX = 25;
const REQUEST_TIMEOUT_MILLIS = 10_000;
const KEPT_FAILURES = 5;

export class Load {
  readonly #baseUrl: string;
  readonly #clients: number;
  readonly #agent: Agent;
  #requests = 0;
  #errorAnswers = 0;
  #failureCount = 0;
  readonly #failures: string[] = [];

  constructor(baseUrl: string, clients: number) {
    this.#baseUrl = baseUrl;
    this.#clients = clients;
    this.#agent = new Agent({ keepAlive: true, maxSockets: clients });
  }

  get requests(): number {
    return this.#requests;
  }

  /** Answers of 400 and above, all of them expected. */
  get errorAnswers(): number {
    return this.#errorAnswers;
  }

  /** Requests without an answer, or with one that was not due. */
  get failureCount(): number {
    return this.#failureCount;
  }

  get failures(): readonly string[] {
    return this.#failures;
  }

  /** Every route once, one after the other. */
  async warmUp(signal: AbortSignal): Promise<void> {
    for (const visit of VISITS) if (!signal.aborted) await this.#visit(visit);
  }

  /** Resolves when the time is over, or the signal came, and every answer is there. */
  async run(durationMillis: number, signal: AbortSignal): Promise<void> {
    const deadlineMillis = performance.now() + durationMillis;
    const clients = Array.from({ length: this.#clients }, async (_, client) => {
      // The clients start at different places of the round.
      for (let turn = client * 5; performance.now() < deadlineMillis && !signal.aborted; turn++) {
        await this.#visit(VISITS[turn % VISITS.length] as Visit);
        await pause(THINK_MILLIS_MIN + Math.random() * (THINK_MILLIS_MAX - THINK_MILLIS_MIN));
      }
    });
    await Promise.all(clients);
  }

  close(): void {
    this.#agent.destroy();
  }

  async #visit(visit: Visit): Promise<void> {
    this.#requests++;
    try {
      const status = await this.#send(visit);
      if (status !== visit.expectedStatus) {
        this.#fail(
          `${visit.method} ${visit.path} was answered with ${status} instead of ${visit.expectedStatus}`,
        );
      } else if (status >= 400) this.#errorAnswers++;
    } catch (error) {
      this.#fail(`${visit.method} ${visit.path}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  #send({ method, path, body }: Visit): Promise<number> {
    const payload = body === undefined ? undefined : JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const headers = payload === undefined ? {} : { 'content-type': 'application/json' };
      const options = { method, agent: this.#agent, headers, timeout: REQUEST_TIMEOUT_MILLIS };
      const outgoing = request(new URL(path, this.#baseUrl), options, (answer) => {
        answer.once('end', () => resolve(answer.statusCode ?? 0));
        answer.once('error', reject);
        answer.resume();
      });
      outgoing.once('timeout', () => outgoing.destroy(new Error('no answer in time')));
      outgoing.once('error', reject);
      outgoing.end(payload);
    });
  }

  #fail(message: string): void {
    this.#failureCount++;
    if (this.#failures.length < KEPT_FAILURES) this.#failures.push(message);
  }
}
