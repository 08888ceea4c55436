// A transport that does what a script says, on the fake clock, and remembers what a collector would have.

import type { ExportResult } from '../../../src/worker/transport/export-result.js';
import type { Payload, Scheduler, Transport } from '../../../src/worker/transport/transport.js';
import { spanIdsOf } from './span-ids.js';

export interface Behaviour {
  /** `accept` takes all but `rejected` spans; `silent` never answers; `throw` breaks the contract. */
  readonly kind: 'accept' | 'retryable' | 'failure' | 'too-large' | 'silent' | 'throw';
  readonly delayMillis: number;
  readonly rejected?: number;
  readonly afterMillis?: number;
}

export interface Attempt {
  readonly ids: readonly string[];
  readonly body: Uint8Array;
  readonly deadlineMillis: number;
  readonly atMillis: number;
  /** Answers an attempt that `hold` keeps open. */
  answer(result: ExportResult): void;
}

export class FakeTransport implements Transport {
  readonly attempts: Attempt[] = [];
  /** Every span that an accepted request held, in order of acceptance. */
  readonly accepted: string[] = [];
  rejected = 0;
  closed = false;
  behave: (payload: Payload) => Behaviour | 'hold' = () => ({ kind: 'accept', delayMillis: 1 });
  readonly #scheduler: Scheduler;

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
  }

  send(payload: Payload, deadlineMillis: number): Promise<ExportResult> {
    const ids = spanIdsOf(payload.body);
    if (ids.length !== payload.spanCount) throw new Error(`${ids.length} spans sent as ${payload.spanCount}`);
    const behaviour = this.behave(payload);
    return new Promise((resolve, reject) => {
      const answer = (result: ExportResult) => {
        if (result.status === 'success') {
          this.accepted.push(...ids);
          this.rejected += Math.min(result.rejected, ids.length);
        }
        resolve(result);
      };
      const atMillis = this.#scheduler.now();
      this.attempts.push({ ids, body: payload.body, deadlineMillis, atMillis, answer });
      if (behaviour === 'hold') return;
      const later = (act: () => void) => this.#scheduler.setTimer(act, behaviour.delayMillis);
      if (behaviour.kind === 'throw') later(() => reject(new Error('transport defect')));
      else if (behaviour.kind !== 'silent') later(() => answer(resultOf(behaviour)));
    });
  }

  async close(): Promise<void> {
    this.closed = true;
  }

  /** Attempts by the spans they carry. */
  get sizes(): number[] {
    return this.attempts.map((attempt) => attempt.ids.length);
  }
}

function resultOf(behaviour: Behaviour): ExportResult {
  switch (behaviour.kind) {
    case 'accept':
      return { status: 'success', rejected: behaviour.rejected ?? 0 };
    case 'retryable': {
      const { afterMillis } = behaviour;
      const cause = 'busy';
      return afterMillis === undefined
        ? { status: 'retryable', cause }
        : { status: 'retryable', cause, afterMillis };
    }
    case 'too-large':
      return { status: 'too-large', cause: 'over the limit' };
    default:
      return { status: 'failure', cause: 'refused' };
  }
}
