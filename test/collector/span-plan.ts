// Test tooling. Span number i as plain data, computed from the seed and i alone. record-plan.ts applies it to the
// API in the child, compare-plan.ts compares it with what the Collector holds.

import { type PlannedValue, plannedValue, VALUE_KIND_COUNT } from './planned-value.ts';
import { SeededRandom } from './seeded-random.ts';

export interface PlannedScope {
  readonly name: string;
  readonly version?: string;
  readonly schemaUrl?: string;
}

export type PlannedTime =
  | { readonly form: 'hrtime'; readonly seconds: number; readonly nanos: number }
  | { readonly form: 'date'; readonly millis: number }
  | { readonly form: 'epoch'; readonly millis: number }
  /** A value of performance.now(), taken when the span ends, minus `beforeMillis`. */
  | { readonly form: 'performance'; readonly beforeMillis: number }
  | { readonly form: 'now' };

export interface PlannedContext {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceFlags: number;
  readonly isRemote?: boolean;
  readonly traceState?: string;
}

export type PlannedParent =
  | { readonly kind: 'root' }
  /** The span with this index, recorded before. */
  | { readonly kind: 'local'; readonly index: number }
  | { readonly kind: 'remote'; readonly context: PlannedContext };

export type PlannedAttributes = readonly (readonly [key: string, value: PlannedValue])[];

export interface PlannedEvent {
  readonly name: string;
  readonly time: PlannedTime;
  readonly attributes: PlannedAttributes;
  /** Recorded with recordException instead of addEvent. */
  readonly exception?: { readonly name: string; readonly message: string; readonly stack: string };
}

export interface PlannedLink {
  readonly context: PlannedContext;
  readonly attributes: PlannedAttributes;
}

export interface SpanPlan {
  readonly index: number;
  readonly scope: PlannedScope;
  readonly kind: number;
  readonly name: string;
  readonly renamedTo?: string;
  readonly parent: PlannedParent;
  /** What the span inherits from its trace's remote parent. */
  readonly traceState: string;
  readonly start: PlannedTime;
  readonly end: PlannedTime;
  readonly startAttributes: PlannedAttributes;
  /** Set after the start; some overwrite. */
  readonly laterAttributes: PlannedAttributes;
  readonly events: readonly PlannedEvent[];
  readonly startLinks: readonly PlannedLink[];
  readonly laterLinks: readonly PlannedLink[];
  readonly statusCalls: readonly { readonly code: 1 | 2; readonly message?: string }[];
}

/** Spans of one trace follow each other; only the first may have a remote parent. */
export const SPANS_PER_TRACE = 8;
/** Default limit of attributes, events and links of one span. */
export const COUNT_LIMIT = 128;

const SCOPES: readonly PlannedScope[] = [
  { name: 'shop/http', version: '1.2.3' },
  { name: 'shop/http', version: '2.0.0' },
  { name: 'shop/http', version: '1.2.3', schemaUrl: 'https://opentelemetry.io/schemas/1.27.0' },
  { name: 'without version ☂' },
  { name: 'shop/db', schemaUrl: 'https://opentelemetry.io/schemas/1.36.0' },
];
const NAMES = ['GET /orders/{id}', 'SELECT', 'répondre 🙂', 'lone \uD834 half', '', 'n'.repeat(200)];
const KEYS = [
  'http.request.method',
  'http.response.status_code',
  'db.system.name',
  'url.path',
  'server.port',
  'ключ',
  '🔑',
  '42',
  'constructor',
  'a b',
];
const TRACE_STATES = [undefined, 'vendor=abc', 'a=1,tenant@system=x-2/3', `k=${'v'.repeat(200)}`];
const MESSAGES = ['timeout', 'zu spät: Größe überschritten 💥', 'lone \uDC01 half', ''];
const BASE_UNIX_SECONDS = 1_700_000_000;

/** One span in this many is longer than an eighth of the default ring, and so does not travel through it. */
const LARGE_EVERY = 25_000;
const LARGE_CHARACTERS = 1_500_000;
/** One span in this many has more attributes, events or links than the limit. */
const OVER_LIMIT_EVERY = 5_000;

export function planSpan(seed: number, index: number): SpanPlan {
  const random = new SeededRandom(seed, index);
  const parent = planParent(seed, index, random);
  const name = random.chance(4) ? `task ${random.uint32().toString(36)}` : random.pick(NAMES);
  const [start, end] = planTimes(index, random);
  const overLimit = index % OVER_LIMIT_EVERY;
  const links = overLimit === 3 ? repeated(planLink(random), COUNT_LIMIT + 7) : planLinks(random);
  const linksAtStart = overLimit === 3 ? 100 : random.below(links.length + 1);
  const attributes =
    overLimit === 1 ? numbered(COUNT_LIMIT + 12) : planAttributes(random, index, random.below(10));
  const attributesAtStart = overLimit === 1 ? 100 : random.below(attributes.length + 1);
  const startAttributes = attributes.slice(0, attributesAtStart);
  const laterAttributes = attributes.slice(attributesAtStart);
  if (startAttributes.length > 0 && random.chance(4)) {
    laterAttributes.push([
      random.pick(startAttributes)[0],
      plannedValue(random, random.below(VALUE_KIND_COUNT)),
    ]);
  }
  if (index % LARGE_EVERY === LARGE_EVERY / 2) {
    laterAttributes.push(['large', `${index} ${'0123456789äöü'.repeat(LARGE_CHARACTERS / 13)}`]);
  }
  return {
    index,
    scope: random.pick(SCOPES),
    kind: random.below(5),
    name,
    ...(random.chance(10) ? { renamedTo: `renamed ${index} ✓` } : {}),
    parent,
    traceState: parent.kind === 'root' ? '' : traceStateOfTrace(seed, index, parent),
    start,
    end,
    startAttributes,
    laterAttributes,
    events: overLimit === 2 ? repeated(planEvent(random, index), COUNT_LIMIT + 5) : planEvents(random, index),
    startLinks: links.slice(0, linksAtStart),
    laterLinks: links.slice(linksAtStart),
    statusCalls: planStatus(random),
  };
}

/** How many of the first `count` spans are too large for the default ring. */
export function largeSpanCount(count: number): number {
  return Math.floor((count + LARGE_EVERY / 2 - 1) / LARGE_EVERY);
}

function planParent(seed: number, index: number, random: SeededRandom): PlannedParent {
  const place = index % SPANS_PER_TRACE;
  if (place !== 0) return { kind: 'local', index: index - 1 - random.below(place) };
  return firstParent(new SeededRandom(seed ^ 0x5bd1e995, index));
}

/** Of a trace's first span, from a generator of its own, so that the trace's other spans can ask for it cheaply. */
function firstParent(random: SeededRandom): PlannedParent {
  if (random.chance(2)) return { kind: 'root' };
  return { kind: 'remote', context: { ...planContext(random), traceFlags: 1, isRemote: true } };
}

function traceStateOfTrace(seed: number, index: number, parent: PlannedParent): string {
  const first = index - (index % SPANS_PER_TRACE);
  const top = parent.kind === 'remote' ? parent : firstParent(new SeededRandom(seed ^ 0x5bd1e995, first));
  return top.kind === 'remote' ? (top.context.traceState ?? '') : '';
}

function planContext(random: SeededRandom): PlannedContext {
  const traceState = random.pick(TRACE_STATES);
  return {
    traceId: random.hex(16),
    spanId: random.hex(8),
    traceFlags: random.below(2),
    ...(random.chance(2) ? { isRemote: random.chance(2) } : {}),
    ...(traceState === undefined ? {} : { traceState }),
  };
}

function planTimes(index: number, random: SeededRandom): [PlannedTime, PlannedTime] {
  const seconds = BASE_UNIX_SECONDS + index;
  switch (random.below(6)) {
    case 0:
      return [hrtime(seconds, random.below(1e9)), hrtime(seconds + 1 + random.below(3), random.below(1e9))];
    case 1:
      return [
        { form: 'date', millis: seconds * 1000 + random.below(1000) },
        { form: 'date', millis: (seconds + 2) * 1000 + random.below(1000) },
      ];
    case 2:
      // Quarters of a millisecond are exact in a double of this size.
      return [
        { form: 'epoch', millis: seconds * 1000 + random.below(4000) / 4 },
        { form: 'epoch', millis: (seconds + 2) * 1000 + random.below(4000) / 4 },
      ];
    case 3:
      return [
        { form: 'performance', beforeMillis: random.below(80) / 8 },
        { form: 'performance', beforeMillis: 0 },
      ];
    case 4:
      return [hrtime(seconds, random.below(1e9)), { form: 'now' }];
    default:
      return [{ form: 'now' }, { form: 'now' }];
  }
}

function hrtime(seconds: number, nanos: number): PlannedTime {
  return { form: 'hrtime', seconds, nanos };
}

function planAttributes(
  random: SeededRandom,
  index: number,
  count: number,
): (readonly [string, PlannedValue])[] {
  const attributes: (readonly [string, PlannedValue])[] = [];
  for (let i = 0; i < count; i++) {
    const key = random.chance(20) ? `once.${index}` : random.pick(KEYS);
    // Arrays and maps are the large ones; half as often keeps the whole run's file at a few hundred bytes a span.
    const kind = random.chance(2) ? random.below(5) : random.below(VALUE_KIND_COUNT);
    attributes.push([key, plannedValue(random, kind)]);
  }
  return attributes;
}

function numbered(count: number): (readonly [string, PlannedValue])[] {
  return Array.from({ length: count }, (_, i) => [`numbered.${i}`, i] as const);
}

function planEvents(random: SeededRandom, index: number): PlannedEvent[] {
  const count = random.pick([0, 0, 0, 1, 1, 2, 3]);
  return Array.from({ length: count }, () => planEvent(random, index));
}

function planEvent(random: SeededRandom, index: number): PlannedEvent {
  const time: PlannedTime = random.chance(3)
    ? { form: 'now' }
    : hrtime(BASE_UNIX_SECONDS + index + 1, random.below(1e9));
  if (random.chance(4)) {
    const exception = {
      name: 'RangeError',
      message: random.pick(MESSAGES),
      stack: `RangeError\n    at f (${index}.js:1:1)`,
    };
    return { name: 'exception', time, attributes: [], exception };
  }
  return {
    name: random.pick(['cache.miss', 'попытка', 'retry \uD800']),
    time,
    attributes: planAttributes(random, index, random.below(4)),
  };
}

function planLinks(random: SeededRandom): PlannedLink[] {
  const count = random.pick([0, 0, 0, 0, 1, 2]);
  return Array.from({ length: count }, () => planLink(random));
}

function planLink(random: SeededRandom): PlannedLink {
  return { context: planContext(random), attributes: planAttributes(random, 0, random.below(3)) };
}

/** Beyond the limit the API does not say which ones go: equal ones make the rest the same either way. */
function repeated<T>(item: T, count: number): T[] {
  return new Array<T>(count).fill(item);
}

function planStatus(random: SeededRandom): SpanPlan['statusCalls'] {
  const error = { code: 2, message: random.pick(MESSAGES) } as const;
  return random.pick<SpanPlan['statusCalls']>([
    [],
    [],
    [{ code: 1 }],
    [{ code: 2 }],
    [error],
    [error, { code: 1 }],
    [{ code: 1 }, error],
  ]);
}
