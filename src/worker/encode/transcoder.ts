// Span records -> ExportTraceServiceRequest in protobuf, straight from ring bytes, grouped by scope (one worker
// has one resource). Worker thread, HOT: `add` runs for every span. Caller: the batcher, through the
// SpanBatchEncoder interface.
//
// Each scope of the batch collects its spans in a writer of its own; `finish` copies them once into a request, in memory
// that an earlier request has had (body-pool.ts). Writers are kept for the next batch.

import { SPAN_SCOPE } from '../../shared/codec/record-layout.js';
import { spanRecordEnd } from '../../shared/codec/span-decoder.js';
import type { Producer } from '../producer.js';
import { BodyPool } from './body-pool.js';
import type { Dictionary } from './dictionary.js';
import { ProtobufWriter, varintBytes, writeVarint } from './protobuf-writer.js';
import { RecordSource } from './record-source.js';
import type { EncodedParts, EncodedScope } from './scope-message.js';
import type { SpanBatchEncoder } from './span-batch-encoder.js';
import { SpanTranscoder } from './span-transcoder.js';

const INITIAL_GROUP_BYTES = 16 * 1024;
/** What an encoder keeps for its next batch: more is given back after an exceptional one. */
const RETAINED_BYTES_MAX = 8 * 1024 * 1024;
const RETAINED_GROUPS_MAX = 64;

const TAG_RESOURCE_SPANS = 0x0a;
const TAG_SCOPE_SPANS = 0x12;
/** Tags and lengths around a group, and around the resource. */
const FRAME_BYTES = 12;

const NOTHING = new Uint8Array(0);

class ScopeGroup {
  readonly spans: ProtobufWriter;
  scope: EncodedScope;

  constructor(scope: EncodedScope, bytesMax: number) {
    this.scope = scope;
    this.spans = new ProtobufWriter(INITIAL_GROUP_BYTES, bytesMax);
  }

  /** Bytes of its ScopeSpans message. */
  get messageBytes(): number {
    return this.scope.head.length + this.spans.pos + this.scope.schemaUrl.length;
  }
}

export class Transcoder implements SpanBatchEncoder {
  readonly #resource: EncodedParts;
  readonly #bytesMax: number;
  readonly #bodies: BodyPool;
  readonly #source = new RecordSource();
  readonly #span = new SpanTranscoder();
  /** Groups of this batch in the order in which they came, then idle ones. */
  readonly #groups: ScopeGroup[] = [];
  #groupCount = 0;
  readonly #groupOfScope = new Map<EncodedScope, ScopeGroup>();
  readonly #groupOfKey = new Map<string, ScopeGroup>();
  // The group of the last span: neighbours in a ring mostly share their scope.
  #lastDictionary: Dictionary | undefined = undefined;
  #lastScopeId = -1;
  #lastGroup: ScopeGroup | undefined = undefined;
  #count = 0;
  #bytes: number;

  /**
   * `resource` is read when a batch is finished: its owner may change it (encoder-factory.ts). `bytesMax` is the hard cap
   * of a scope's spans in one batch; the batcher closes a batch long before.
   */
  constructor(resource: EncodedParts, bytesMax: number, bodies = new BodyPool()) {
    this.#resource = resource;
    this.#bytesMax = bytesMax;
    this.#bodies = bodies;
    this.#bytes = emptyBytes(resource);
  }

  get count(): number {
    return this.#count;
  }

  get bytes(): number {
    return this.#bytes;
  }

  add(producer: Producer, words: Int32Array, bytes: Uint8Array, offset: number): boolean {
    const end = spanRecordEnd(words, offset);
    if (end === 0) return false;
    const start = offset >> 2;
    const dictionary = producer.dictionary;
    const scopeId = words[start + SPAN_SCOPE];
    let group = this.#lastGroup;
    if (group === undefined || scopeId !== this.#lastScopeId || dictionary !== this.#lastDictionary) {
      group = this.#groupFor(dictionary, scopeId >>> 0);
      if (group === undefined) return false;
      this.#lastGroup = group;
      this.#lastScopeId = scopeId;
      this.#lastDictionary = dictionary;
    }
    const out = group.spans;
    const before = out.pos;
    this.#source.open(words, bytes, end, dictionary);
    if (!this.#span.write(out, this.#source, start, producer.anchor)) {
      out.pos = before;
      return false;
    }
    this.#count++;
    this.#bytes += out.pos - before;
    return true;
  }

  finish(): Uint8Array {
    const groups = this.#groups;
    let scopesBytes = 0;
    for (let i = 0; i < this.#groupCount; i++) {
      if (groups[i].spans.pos !== 0) scopesBytes += 1 + framedBytes(groups[i].messageBytes);
    }
    const { head, schemaUrl } = this.#resource;
    const resourceSpansBytes = head.length + scopesBytes + schemaUrl.length;
    const request = this.#count === 0 ? NOTHING : this.#bodies.take(1 + framedBytes(resourceSpansBytes));
    if (this.#count !== 0) {
      let pos = writeFrame(request, 0, TAG_RESOURCE_SPANS, resourceSpansBytes);
      pos = append(request, pos, head);
      for (let i = 0; i < this.#groupCount; i++) {
        const { spans, scope, messageBytes } = groups[i];
        if (spans.pos === 0) continue;
        pos = writeFrame(request, pos, TAG_SCOPE_SPANS, messageBytes);
        pos = append(request, pos, scope.head);
        pos = append(request, pos, spans.bytes.subarray(0, spans.pos));
        pos = append(request, pos, scope.schemaUrl);
      }
      append(request, pos, schemaUrl);
    }
    this.#reset();
    return request;
  }

  #groupFor(dictionary: Dictionary, scopeId: number): ScopeGroup | undefined {
    const scope = dictionary.scope(scopeId);
    if (scope === undefined) return undefined;
    let group = this.#groupOfScope.get(scope);
    if (group !== undefined) return group;
    // Another producer's entry for the same scope belongs into the same group.
    group = this.#groupOfKey.get(scope.key);
    if (group === undefined) {
      group = this.#openGroup(scope);
      this.#groupOfKey.set(scope.key, group);
    }
    this.#groupOfScope.set(scope, group);
    return group;
  }

  #openGroup(scope: EncodedScope): ScopeGroup {
    this.#bytes += scope.head.length + scope.schemaUrl.length + FRAME_BYTES;
    const idle = this.#groups[this.#groupCount];
    const group = idle ?? new ScopeGroup(scope, this.#bytesMax);
    group.scope = scope;
    this.#groups[this.#groupCount++] = group;
    return group;
  }

  #reset(): void {
    if (this.#groups.length > RETAINED_GROUPS_MAX) this.#groups.length = RETAINED_GROUPS_MAX;
    let retainableBytes = RETAINED_BYTES_MAX;
    for (const { spans } of this.#groups) {
      spans.reset(retainableBytes);
      retainableBytes -= spans.bytes.length;
    }
    this.#groupCount = 0;
    this.#groupOfScope.clear();
    this.#groupOfKey.clear();
    this.#lastGroup = undefined;
    this.#lastDictionary = undefined;
    this.#lastScopeId = -1;
    this.#count = 0;
    this.#bytes = emptyBytes(this.#resource);
  }
}

/** Bytes of a length and the `length` bytes that follow it. */
function framedBytes(length: number): number {
  return varintBytes(length) + length;
}

function writeFrame(bytes: Uint8Array, pos: number, tag: number, length: number): number {
  bytes[pos] = tag;
  return writeVarint(bytes, pos + 1, length);
}

function append(bytes: Uint8Array, pos: number, part: Uint8Array): number {
  bytes.set(part, pos);
  return pos + part.length;
}

function emptyBytes({ head, schemaUrl }: EncodedParts): number {
  return head.length + schemaUrl.length + FRAME_BYTES;
}
