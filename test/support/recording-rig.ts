// The recording half of the product in process: real provider, tracers, spans, rings and arena, without a worker. What
// was recorded is read back through the ring as a worker would, with the independent half of the codec.

import { type Context, ROOT_CONTEXT } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { AsyncLocalStorageContextManager } from '../../src/main/context/context-manager.js';
import { Lane } from '../../src/main/lifecycle/lane.js';
import { createProducerThread, type ProducerThread } from '../../src/main/lifecycle/producer-thread.js';
import { readStats, type Stats } from '../../src/main/lifecycle/stats.js';
import { PlugInErrors } from '../../src/main/plug-ins/plug-in-errors.js';
import { ScopeSwitch } from '../../src/main/plug-ins/scope-switch.js';
import type { ActiveRecording } from '../../src/main/record/active-recording.js';
import { configuredSampler } from '../../src/main/sampling/configured-sampler.js';
import type { WordSampler } from '../../src/main/trace/sampler.js';
import { OffloopTracerProvider } from '../../src/main/trace/tracer-provider.js';
import { ArenaReader } from '../../src/shared/arena/reader.js';
import { decodeScopeBlob } from '../../src/shared/codec/blob-decoder.js';
import type { DecodedScope, DecodedSpan, DecodedValue } from '../../src/shared/codec/decoded-span.js';
import { decodeSpan } from '../../src/shared/codec/span-decoder.js';
import { decodeUtf8 } from '../../src/shared/codec/utf8.js';
import type { StartOptions } from '../../src/shared/config/options.js';
import { resolveConfig } from '../../src/shared/config/resolve.js';
import type { ResolvedConfig } from '../../src/shared/config/resolved-config.js';
import { RingReader } from '../../src/shared/ring/reader.js';

export type PlainValue = string | number | boolean | bigint | null | Uint8Array | PlainValue[] | PlainMap;
export interface PlainMap {
  [key: string]: PlainValue;
}

/** A sampler that words are enough for; others take the general path, which is not here. */
function wordSampler(config: ResolvedConfig, { sampler }: StartOptions): WordSampler {
  const { words } = configuredSampler(config.sampler, sampler, { resourceAttributes: () => ({}) });
  if (words === undefined) throw new Error(`${sampler} is no word sampler`);
  return words;
}

/** As start() makes it without a configurator. */
export function allScopesOn(): ScopeSwitch {
  return new ScopeSwitch(undefined, new PlugInErrors(() => {}));
}

interface LaneReader {
  readonly ring: RingReader;
  readonly texts: { text(id: number): string | undefined };
  readonly arena: ArenaReader;
}

export class RecordingRig {
  readonly contextManager = new AsyncLocalStorageContextManager();
  readonly provider: OffloopTracerProvider;
  readonly active: ActiveRecording & { readonly scopes: ScopeSwitch };
  /** Records that were too large for a ring. */
  readonly large: { lane: number; record: ArrayBuffer }[] = [];
  readonly #producer: ProducerThread;
  readonly #lanes: Lane[];
  readonly #readers: LaneReader[];
  #delivered = 0;

  constructor(options: StartOptions = {}) {
    const { config } = resolveConfig(options, {}, 'strict');
    this.#lanes = Array.from({ length: Math.max(1, config.workers) }, (_, index) => new Lane(index));
    this.#producer = createProducerThread(1, config, this.#lanes, (lane, record) => {
      this.large.push({ lane, record });
      return true;
    });
    this.active = {
      recording: this.#producer.recording,
      sampler: wordSampler(config, options),
      contextManager: this.contextManager,
      defineScope: this.#producer.defineScope,
      scopes: allScopesOn(),
      resource: resourceFromAttributes({ 'service.name': 'rig' }),
    };
    this.provider = new OffloopTracerProvider({
      ...this.active,
      forceFlush: async () => true,
      shutdown: async () => true,
    });
    this.#readers = this.#producer.channels.map((channel) => {
      const arena = new ArenaReader(channel.arena);
      return { ring: new RingReader(channel.ring), arena, texts: { text: (id) => entryText(arena, id) } };
    });
  }

  get tracer() {
    return this.provider.getTracer('test');
  }

  get stats(): Stats {
    return readStats({
      writers: this.#producer.writers,
      lanes: this.#lanes,
      workers: this.#lanes.length,
      workerRestarts: 0,
    });
  }

  /** Spans read so far. */
  get delivered(): number {
    return this.#delivered;
  }

  /** What workers get of this producer, by lane: for tests that run the worker's half too. */
  get channels() {
    return this.#producer.channels;
  }

  close(): void {
    this.#producer.recording.closed = true;
  }

  with<T>(context: Context, call: () => T): T {
    return this.contextManager.with(context, call as () => never);
  }

  /** Reads, checks and releases everything recorded since the last call, in order of the end of spans in each lane. */
  take(): DecodedSpan[] {
    const spans = this.#readers.flatMap((reader) => this.#drain(reader));
    for (const { lane, record } of this.large.splice(0)) {
      spans.push(decoded(new Int32Array(record), new Uint8Array(record), 0, this.#readers[lane].texts));
      this.#producer.writers[lane].settled[LARGE_SETTLED_BYTES] += record.byteLength;
    }
    this.#delivered += spans.length;
    return spans;
  }

  /** Reads and releases so many spans of the first lane. */
  takeSome(count: number): void {
    const { ring } = this.#readers[0];
    for (let i = 0; i < count && ring.peek() >= 0; i++) ring.advance();
    ring.release(ring.readPosition);
  }

  /** Asks to be woken by the next record, as a worker does that has read everything. */
  armBell(): void {
    for (const { ring } of this.#readers) ring.arm(8);
  }

  /** The only span recorded since the last call. */
  takeOne(): DecodedSpan {
    const spans = this.take();
    if (spans.length !== 1) throw new Error(`${spans.length} spans were recorded, not one`);
    return spans[0];
  }

  /** Spans of each lane, and nothing else. */
  takeByLane(): DecodedSpan[][] {
    return this.#readers.map((reader) => this.#drain(reader));
  }

  scopeOf(span: DecodedSpan): DecodedScope | undefined {
    const blob = this.#readers[0].arena.entry(span.scopeId);
    return blob && decodeScopeBlob(blob.slice());
  }

  #drain({ ring, texts }: LaneReader): DecodedSpan[] {
    const spans: DecodedSpan[] = [];
    for (let offset = ring.peek(); offset >= 0; offset = ring.peek()) {
      spans.push(decoded(ring.words, ring.bytes, offset, texts));
      ring.advance();
    }
    if (ring.corrupt) throw new Error('the ring is corrupt');
    ring.release(ring.readPosition);
    return spans;
  }
}

/** LaneCounter.LargeSettledBytes, which the worker writes. */
const LARGE_SETTLED_BYTES = 13;

function decoded(
  words: Int32Array,
  bytes: Uint8Array,
  offset: number,
  texts: LaneReader['texts'],
): DecodedSpan {
  const span = decodeSpan(words, bytes, offset, texts);
  if (span === undefined) throw new Error(`no whole span record at ${offset}`);
  return span;
}

function entryText(arena: ArenaReader, id: number): string | undefined {
  const bytes = arena.entry(id);
  return bytes && decodeUtf8(bytes, 0, bytes.length);
}

/** Attributes as a plain object: integers as numbers where they fit. Throws if a key is there twice. */
export function plainAttributes(of: { readonly attributes: DecodedSpan['attributes'] }): PlainMap {
  return plainMap(of.attributes);
}

function plainMap(entries: DecodedSpan['attributes']): PlainMap {
  const map: PlainMap = Object.create(null);
  for (const { key, value } of entries) {
    if (Object.hasOwn(map, key)) throw new Error(`${JSON.stringify(key)} is there twice`);
    map[key] = plainValue(value);
  }
  return { ...map };
}

export function plainValue(value: DecodedValue): PlainValue {
  switch (value.type) {
    case 'int':
      return Number.isSafeInteger(Number(value.value)) ? Number(value.value) : value.value;
    case 'array':
      return value.items.map(plainValue);
    case 'map':
      return plainMap(value.entries);
    case 'empty':
      return null;
    default:
      return value.value;
  }
}

export const TRACE_ID = '0102030405060708090a0b0c0d0e0f10';
export const SPAN_ID = '1112131415161718';

/** A context whose span comes from elsewhere. */
export function contextWithParent(
  overrides: object = {},
  spanKey = Symbol.for('OpenTelemetry Context Key SPAN'),
): Context {
  const spanContext = { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 1, isRemote: true, ...overrides };
  return ROOT_CONTEXT.setValue(spanKey, { spanContext: () => spanContext });
}
