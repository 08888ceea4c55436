// The ids of a new SdkSpan: its trace, which is its parent's or a new one, and its own. Thread: producer. Caller: tracer.ts, one for each span.
//
// Ids are words, as everywhere in offloop; they become text only where a plug-in reads them. (Text made of them is flattened
// and parsed again by whoever wants words: 900 ns of each span, measured.)

import { type Context, type SpanContext, trace } from '@opentelemetry/api';
import { hexToWord, wordToHex } from '../../shared/codec/ids.js';
import type { CheckedIds } from '../plug-ins/checked-ids.js';
import { randomNonZeroWord, randomWord } from '../trace/ids/id-generator.js';
import { Parent, type ParentProblems } from '../trace/parent.js';

export class Lineage extends Parent {
  /** Of the parent; invalid ids count as no parent. */
  readonly parentContext: SpanContext | undefined;
  /** Of the new span, after `startSpan`; `spanId0` and `spanId1` are the parent's. */
  ownId0 = 0;
  ownId1 = 0;
  /** Of the trace; undefined: nobody has asked for it. */
  private text: string | undefined = undefined;

  constructor(context: Context, problems: ParentProblems) {
    super(problems);
    this.fromContext(context);
    this.parentContext = this.present ? trace.getSpanContext(context) : undefined;
  }

  /** Without a parent: a trace id of the generator. */
  startTrace(ids: CheckedIds): void {
    if (this.present) return;
    if (ids.isTrusted) {
      this.traceId0 = randomWord();
      this.traceId1 = randomWord();
      this.traceId2 = randomWord();
      this.traceId3 = randomNonZeroWord();
      return;
    }
    const text = ids.traceId();
    this.text = text;
    this.traceId0 = hexToWord(text, 0);
    this.traceId1 = hexToWord(text, 8);
    this.traceId2 = hexToWord(text, 16);
    this.traceId3 = hexToWord(text, 24);
  }

  /** Specification: after the sampler was asked, and whatever it said. */
  startSpan(ids: CheckedIds): void {
    if (ids.isTrusted) {
      this.ownId0 = randomWord();
      this.ownId1 = randomNonZeroWord();
      return;
    }
    const text = ids.spanId();
    this.ownId0 = hexToWord(text, 0);
    this.ownId1 = hexToWord(text, 8);
  }

  get traceId(): string {
    this.text ??=
      this.parentContext?.traceId.toLowerCase() ??
      wordToHex(this.traceId0) +
        wordToHex(this.traceId1) +
        wordToHex(this.traceId2) +
        wordToHex(this.traceId3);
    return this.text;
  }
}
