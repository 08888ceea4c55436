// The ids that another side has drawn, for an SDK that asks for them: in either order, trace id first or span id first.

import type { StartedIds } from './run-program.js';

export class ReplayedIds {
  readonly #started: readonly StartedIds[];
  #next = 0;
  readonly #spanIdFirst: boolean;

  constructor(started: readonly StartedIds[], order: 'trace id first' | 'span id first') {
    this.#started = started;
    this.#spanIdFirst = order === 'span id first';
  }

  generateTraceId(): string {
    return this.#at(this.#spanIdFirst ? this.#next - 1 : this.#next).traceId;
  }

  generateSpanId(): string {
    return this.#at(this.#next++).spanId;
  }

  #at(index: number): StartedIds {
    const ids = this.#started[index];
    if (ids === undefined) throw new Error('more spans were started than on the other side');
    return ids;
  }
}
