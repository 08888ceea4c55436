// HOT. Finished spans of anybody's SDK -> the ring. Thread: producer. Callers: offload/, and start() where user plug-ins make
// the spans readable objects. Never throws: a span that cannot be read is counted as recorded, and as dropped with
// `encode_failed`.

import { ProducerCounter } from '../../../shared/counters.js';
import type { Recording } from '../../record/recording.js';
import type { ReadableSpan } from '../../sdk/types.js';
import { PlainSpanEncoder, recordWords } from './plain-span-encoder.js';
import { ReadableSpanSource } from './readable-span-source.js';
import { type DefineScope, ScopeTable } from './scope-table.js';

/** A getter of a span being read may end another span, for this recorder or another one: the memory for records is one. */
let isBusy = false;

export class ReadableSpanRecorder {
  readonly #recording: Recording;
  readonly #scopes: ScopeTable;
  readonly #encoder: PlainSpanEncoder;
  readonly #source: ReadableSpanSource;

  constructor(recording: Recording, defineScope: DefineScope) {
    this.#recording = recording;
    this.#scopes = new ScopeTable(recording, defineScope);
    this.#encoder = new PlainSpanEncoder(recording, this.#scopes);
    this.#source = new ReadableSpanSource(recording, this.#scopes);
  }

  /** The caller has looked at the sampled flag. */
  record(span: ReadableSpan): void {
    if (isBusy) {
      this.#recordAny(new ReadableSpanSource(this.#recording, this.#scopes), span);
      return;
    }
    isBusy = true;
    try {
      const end = this.#encode(span, 0);
      if (end > 0) this.#recording.recordEncoded(recordWords, end, 1);
      else this.#recordAny(this.#source, span);
    } finally {
      isBusy = false;
    }
  }

  /** The first `count` of them. */
  recordAll(spans: readonly ReadableSpan[], count: number): void {
    const isNested = isBusy;
    let next = 0;
    isBusy = true;
    try {
      while (next < count) {
        if (isNested) {
          this.#recordAny(new ReadableSpanSource(this.#recording, this.#scopes), spans[next]);
          next++;
        } else next = this.#recordSome(spans, next, count);
      }
    } catch {
      // The stack is used up.
      this.#countUnreadable(count - next);
    } finally {
      isBusy = isNested;
    }
  }

  /** At least the one at `from`, and those behind it that can go with it. Returns the index of the next one. */
  #recordSome(spans: readonly ReadableSpan[], from: number, count: number): number {
    const batchMax = this.#recording.hasOneLane ? count : Math.min(count, from + 1);
    let end = 0;
    let next = from;
    while (next < batchMax) {
      const behind = this.#encode(spans[next], end);
      if (behind === 0) break;
      end = behind;
      next++;
    }
    if (next > from) {
      this.#recording.recordEncoded(recordWords, end, next - from);
      return next;
    }
    this.#recordAny(this.#source, spans[from]);
    return from + 1;
  }

  /** Where its record ends, if it begins at word `start`; 0: it has to go the other way. */
  #encode(span: ReadableSpan, start: number): number {
    try {
      return this.#encoder.encode(span, start);
    } catch {
      // A property threw: it is read again, and counted there.
      return 0;
    }
  }

  #recordAny(source: ReadableSpanSource, span: ReadableSpan): void {
    let isRead = false;
    try {
      isRead = source.read(span);
    } catch {
      // Counted below.
    }
    if (isRead) this.#recording.record(source);
    else this.#countUnreadable(1);
    source.clear();
  }

  #countUnreadable(count: number): void {
    const { counters } = this.#recording;
    counters[ProducerCounter.Recorded] += count;
    counters[ProducerCounter.DroppedEncodeFailed] += count;
  }
}
