// Finished spans of anybody's SDK -> the ring. Thread: producer. Callers: offload-pipeline.ts, and start() where user
// plug-ins make the spans readable objects. Never throws: a span that cannot be read is counted as recorded, and as
// dropped with `encode_failed`.

import { ProducerCounter } from '../../../shared/counters.js';
import type { Recording } from '../../record/recording.js';
import type { ReadableSpan } from '../../sdk/types.js';
import { ReadableSpanSource } from './readable-span-source.js';
import { type DefineScope, ScopeTable } from './scope-table.js';

export class ReadableSpanRecorder {
  readonly #recording: Recording;
  readonly #scopes: ScopeTable;
  readonly #source: ReadableSpanSource;
  /** A getter of the span being read may end another span. */
  #isBusy = false;

  constructor(recording: Recording, defineScope: DefineScope) {
    this.#recording = recording;
    this.#scopes = new ScopeTable(recording, defineScope);
    this.#source = new ReadableSpanSource(recording, this.#scopes);
  }

  /** The caller has looked at the sampled flag. */
  record(span: ReadableSpan): void {
    if (this.#isBusy) {
      this.#recordWith(new ReadableSpanSource(this.#recording, this.#scopes), span);
      return;
    }
    this.#isBusy = true;
    this.#recordWith(this.#source, span);
    this.#isBusy = false;
  }

  #recordWith(source: ReadableSpanSource, span: ReadableSpan): void {
    let isRead = false;
    try {
      isRead = source.read(span);
    } catch {
      // Counted below.
    }
    if (isRead) this.#recording.record(source);
    else {
      const { counters } = this.#recording;
      counters[ProducerCounter.Recorded]++;
      counters[ProducerCounter.DroppedEncodeFailed]++;
    }
    source.clear();
  }
}
