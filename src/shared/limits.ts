// Every bound of the product in one place, and how the bounds depend on each other. Thread: any; callers: all.
// The relations at the end are checked when this module is loaded (a few comparisons), and by a test.

import { assertInvariant } from './errors.js';
import { RECORD_ALIGNMENT, WAKE_NEVER_DISTANCE } from './ring/layout.js';

const KIB = 1024;
const MIB = 1024 * KIB;

// ---- shared memory ----------------------------------------------------------------------------------------

/** Data area of one ring (one per producing thread and lane); a power of two. */
export const RING_BYTES_MIN = 64 * KIB;
export const RING_BYTES_MAX = 256 * MIB;
export const RING_BYTES_DEFAULT = 4 * MIB;

/** One ring of a thread that records into another thread's pool, per lane. */
export const THREAD_RING_BYTES_DEFAULT = 1 * MIB;

/** A record may take one part in so many of a ring: more, and a few records would starve all others. */
export const RECORD_FRACTION = 8;

/** Records above this travel over the control port, not through a ring of `ringBytes`. */
export function recordBytesMax(ringBytes: number): number {
  return ringBytes / RECORD_FRACTION;
}

/** A record over the control port; one that is larger still is dropped as `record_too_large`. */
export const LARGE_RECORD_BYTES_MAX = 32 * MIB;
/** All large records that a lane was sent and has not settled; above, they are dropped as `queue_full`. */
export const LARGE_IN_FLIGHT_BYTES_MAX = 64 * MIB;

/** Data area of the arena of interned strings (one per producing thread). */
export const ARENA_BYTES_MIN = 64 * KIB;
export const ARENA_BYTES_MAX = 64 * MIB;
export const ARENA_BYTES_DEFAULT = 1 * MIB;
export const ARENA_ENTRIES_MAX = 16_384;
/** Longer strings travel inline: what is long rarely repeats. */
export const INTERNED_STRING_BYTES_MAX = 1024;

/** What a span is taken for when a number of spans (`maxQueueSize`) has to become a number of bytes. */
export const SPAN_BYTES_ESTIMATE = 256;
export const QUEUE_SIZE_MIN = 1;
export const QUEUE_SIZE_MAX = RING_BYTES_MAX / SPAN_BYTES_ESTIMATE;

// ---- threads ----------------------------------------------------------------------------------------------

export const WORKERS_MIN = 0;
export const WORKERS_MAX = 16;
export const WORKERS_DEFAULT = 1;

/** Threads that record into one pool beside its own, those that ended and are not settled yet included. */
export const PRODUCERS_MAX = 256;
/** So many ended threads wait for a batch to fill up; with more, it is sent as it is. */
export const ENDED_PRODUCERS_MAX = 32;

/** Longest nap of a worker between two looks at its rings. */
export const DRAIN_INTERVAL_MILLIS_MIN = 1;
export const DRAIN_INTERVAL_MILLIS_MAX = 1000;
export const DRAIN_INTERVAL_MILLIS_DEFAULT = 25;

/** Spans that a full ring drops until it is said. 0: never. */
export const DROP_WARNING_THRESHOLD_DEFAULT = 1;
export const DROP_WARNING_THRESHOLD_MAX = 0x7fff_ffff;

// ---- times ------------------------------------------------------------------------------------------------

/** The longest delay that a timer takes (24.8 days). It stands for "unlimited" wherever 0 was configured. */
export const TIMEOUT_MILLIS_MAX = 2 ** 31 - 1;
export const EXPORTER_TIMEOUT_MILLIS_DEFAULT = 10_000;
export const EXPORT_TIMEOUT_MILLIS_DEFAULT = 30_000;
export const SCHEDULED_DELAY_MILLIS_MAX = 3_600_000;
export const SCHEDULED_DELAY_MILLIS_DEFAULT = 5000;
/** The end of the process blocks the main thread: bounded by a minute whatever was configured. */
export const EXIT_TIMEOUT_MILLIS_MAX = 60_000;
export const EXIT_TIMEOUT_MILLIS_DEFAULT = 2000;
export const SHUTDOWN_TIMEOUT_MILLIS_DEFAULT = 10_000;

// ---- batches, requests, responses -------------------------------------------------------------------------

export const BATCH_SIZE_MIN = 1;
export const BATCH_SIZE_MAX = 65_536;
export const BATCH_SIZE_DEFAULT = 2048;
export const BATCH_BYTES_MIN = 4 * KIB;
export const BATCH_BYTES_MAX = 60 * MIB;
export const BATCH_BYTES_DEFAULT = 1 * MIB;

/** One request, before and after compression (OTLP: 64 MiB suggested; a larger one must not be sent). */
export const REQUEST_BYTES_MIN = 64 * KIB;
export const REQUEST_BYTES_MAX = 64 * MIB;
export const REQUEST_BYTES_DEFAULT = REQUEST_BYTES_MAX;
/** One response, after decompression (OTLP: 4 MiB suggested; a larger one is a failure that is not retried). */
export const RESPONSE_BYTES_MIN = 1 * KIB;
export const RESPONSE_BYTES_MAX = 4 * MIB;
export const RESPONSE_BYTES_DEFAULT = RESPONSE_BYTES_MAX;

export const CONCURRENT_EXPORTS_MIN = 1;
export const CONCURRENT_EXPORTS_MAX = 64;
export const CONCURRENT_EXPORTS_DEFAULT = 4;

// ---- spans ------------------------------------------------------------------------------------------------

/** Attributes, events and links of a span; attributes of an event and of a link. */
export const COUNT_LIMIT_MAX = 65_536;
export const COUNT_LIMIT_DEFAULT = 128;
/**
 * "No limit" for the length of a value: longer than any string that V8 can hold, and still a small integer,
 * so that the comparison on the hot path stays one of small integers.
 */
export const VALUE_LENGTH_UNLIMITED = 2 ** 30 - 1;
/** What may be asked for; above VALUE_LENGTH_UNLIMITED it means the same. The specification wants 2^31 - 1 to be taken. */
export const VALUE_LENGTH_LIMIT_MAX = 2 ** 32 - 1;
/** Nesting of arrays and maps. Codecs recurse this deep and no deeper. */
export const ATTRIBUTE_DEPTH_MIN = 1;
export const ATTRIBUTE_DEPTH_MAX = 64;
export const ATTRIBUTE_DEPTH_DEFAULT = 64;
/** Items of one attribute value, those of all its nested arrays and maps together: what copying it may cost. */
export const ATTRIBUTE_ITEMS_MAX = 65_536;

// ---- sampling ---------------------------------------------------------------------------------------------

/** How often a remote sampler asks for its strategy. */
export const SAMPLER_POLLING_MILLIS_MIN = 1000;
export const SAMPLER_POLLING_MILLIS_MAX = 86_400_000;
/** Below it @opentelemetry/sampler-aws-xray would take its default instead. */
export const XRAY_POLLING_MILLIS_MIN = 10_000;
/** The smallest share that 56 bits of randomness can keep (specification: ProbabilitySampler). */
export const PROBABILITY_MIN = 2 ** -56;

// ---- text of options and variables ------------------------------------------------------------------------

export const URL_LENGTH_MAX = 4096;
export const FILE_NAME_LENGTH_MAX = 4096;
export const HEADER_COUNT_MAX = 64;
export const HEADER_NAME_LENGTH_MAX = 256;
export const HEADER_VALUE_LENGTH_MAX = 8192;
export const RESOURCE_ATTRIBUTE_COUNT_MAX = 256;
export const RESOURCE_KEY_LENGTH_MAX = 1024;
export const RESOURCE_VALUE_LENGTH_MAX = 16_384;
export const SERVICE_NAME_LENGTH_MAX = RESOURCE_VALUE_LENGTH_MAX;
/** Entities of a resource; their attributes count among its own. */
export const ENTITY_COUNT_MAX = 64;
/** Detectors that `start()` takes. */
export const RESOURCE_DETECTOR_COUNT_MAX = 64;
/** Items of one resource attribute that is an array. */
export const RESOURCE_ITEMS_MAX = 4096;
/** So long late attributes of the resource are waited for; the first batch waits as long. */
export const RESOURCE_WAIT_MILLIS = 5000;
/** A longer list variable is refused unread: parsing is at start-up, on the main thread. */
export const LIST_VARIABLE_LENGTH_MAX = 65_536;
/** How much of a refused value an error or a warning quotes. */
export const QUOTED_VALUE_LENGTH_MAX = 64;

/** Directives of levels: how many, how long a target is, and how many targets' answers are remembered. */
export const LEVEL_DIRECTIVES_MAX = 256;
export const LEVEL_TARGET_LENGTH_MAX = 256;
export const LEVEL_CACHE_TARGETS_MAX = 1024;

/** Items that `tracedAll` has in work at a time. */
export const CONCURRENT_ITEMS_DEFAULT = 16;
export const CONCURRENT_ITEMS_MAX = 65_536;

/** A carried context: its entries, and the characters of their names and values together. */
export const CARRIER_ENTRIES_MAX = 64;
export const CARRIER_LENGTH_MAX = 32_768;

// ---- relations --------------------------------------------------------------------------------------------

function isPowerOfTwo(value: number): boolean {
  return Number.isInteger(Math.log2(value));
}

/** `[holds, statement]` for every relation; the statement is the error's text. */
export const LIMIT_RELATIONS: readonly (readonly [boolean, string])[] = [
  [
    [RING_BYTES_MIN, RING_BYTES_DEFAULT, RING_BYTES_MAX].every(isPowerOfTwo),
    'ring sizes are powers of two: a position becomes an offset by a mask',
  ],
  [
    RING_BYTES_MIN <= RING_BYTES_DEFAULT && RING_BYTES_DEFAULT <= RING_BYTES_MAX,
    'the default ring size lies in its range',
  ],
  [
    isPowerOfTwo(THREAD_RING_BYTES_DEFAULT) &&
      RING_BYTES_MIN <= THREAD_RING_BYTES_DEFAULT &&
      THREAD_RING_BYTES_DEFAULT <= RING_BYTES_MAX,
    "the default size of a thread's ring is one that rings have",
  ],
  [ENDED_PRODUCERS_MAX < PRODUCERS_MAX, 'ended threads leave places for new ones'],
  [
    RING_BYTES_MAX < WAKE_NEVER_DISTANCE && WAKE_NEVER_DISTANCE < 2 ** 31,
    'a ring is smaller than the distance that stands for never, which is below half of the position space',
  ],
  [
    recordBytesMax(RING_BYTES_MIN) % RECORD_ALIGNMENT === 0 && recordBytesMax(RING_BYTES_MIN) >= 8 * KIB,
    'the smallest ring takes aligned records of 8 KiB',
  ],
  [
    recordBytesMax(RING_BYTES_MAX) <= LARGE_RECORD_BYTES_MAX,
    'a record that is too large for the largest ring is not yet too large for the control port, or just so',
  ],
  [LARGE_RECORD_BYTES_MAX <= LARGE_IN_FLIGHT_BYTES_MAX, 'a lane can take the largest record'],
  [LARGE_RECORD_BYTES_MAX <= BATCH_BYTES_MAX, 'the largest record fits a batch'],
  [ARENA_ENTRIES_MAX < 2 ** 24, 'an arena id fits the 24 bits that an attribute word has for it'],
  [
    ARENA_BYTES_MIN <= ARENA_BYTES_DEFAULT &&
      ARENA_BYTES_DEFAULT <= ARENA_BYTES_MAX &&
      ARENA_BYTES_MAX < 2 ** 31,
    'the default arena size lies in its range, and offsets are positive 32-bit integers',
  ],
  [
    INTERNED_STRING_BYTES_MAX * 16 <= ARENA_BYTES_MIN,
    'the smallest arena takes at least a dozen of the longest strings',
  ],
  [
    INTERNED_STRING_BYTES_MAX + 4 < recordBytesMax(RING_BYTES_MIN),
    'a string that could be interned also fits inline',
  ],
  [
    WORKERS_MIN <= WORKERS_DEFAULT && WORKERS_DEFAULT <= WORKERS_MAX,
    'the default number of workers lies in its range',
  ],
  [
    BATCH_SIZE_MIN <= BATCH_SIZE_DEFAULT && BATCH_SIZE_DEFAULT <= BATCH_SIZE_MAX,
    'the default batch size lies in its range',
  ],
  [
    2 * BATCH_SIZE_DEFAULT * SPAN_BYTES_ESTIMATE <= RING_BYTES_DEFAULT,
    'the default ring holds a batch in flight and a batch being filled',
  ],
  [
    BATCH_BYTES_MIN <= BATCH_BYTES_DEFAULT && BATCH_BYTES_DEFAULT <= BATCH_BYTES_MAX,
    'the default batch bytes lie in their range',
  ],
  [BATCH_BYTES_MAX < REQUEST_BYTES_MAX, 'the largest batch leaves room for the envelope of its request'],
  [
    REQUEST_BYTES_MIN <= REQUEST_BYTES_DEFAULT && REQUEST_BYTES_DEFAULT <= REQUEST_BYTES_MAX,
    'the default request bytes lie in their range',
  ],
  [
    RESPONSE_BYTES_MIN <= RESPONSE_BYTES_DEFAULT && RESPONSE_BYTES_DEFAULT <= RESPONSE_BYTES_MAX,
    'the default response bytes lie in their range',
  ],
  [
    CONCURRENT_EXPORTS_MIN <= CONCURRENT_EXPORTS_DEFAULT &&
      CONCURRENT_EXPORTS_DEFAULT <= CONCURRENT_EXPORTS_MAX,
    'the default number of concurrent exports lies in its range',
  ],
  [
    EXPORTER_TIMEOUT_MILLIS_DEFAULT <= EXPORT_TIMEOUT_MILLIS_DEFAULT &&
      EXPORT_TIMEOUT_MILLIS_DEFAULT <= TIMEOUT_MILLIS_MAX,
    "the exporter's time-out is the smaller one by default, and timers take both",
  ],
  [
    EXIT_TIMEOUT_MILLIS_DEFAULT <= EXIT_TIMEOUT_MILLIS_MAX && EXIT_TIMEOUT_MILLIS_MAX <= TIMEOUT_MILLIS_MAX,
    'the default exit time-out lies in its range',
  ],
  [SHUTDOWN_TIMEOUT_MILLIS_DEFAULT <= TIMEOUT_MILLIS_MAX, 'the default shutdown time-out lies in its range'],
  [
    SCHEDULED_DELAY_MILLIS_DEFAULT <= SCHEDULED_DELAY_MILLIS_MAX &&
      SCHEDULED_DELAY_MILLIS_MAX <= TIMEOUT_MILLIS_MAX,
    'the default scheduled delay lies in its range',
  ],
  [
    DRAIN_INTERVAL_MILLIS_MIN <= DRAIN_INTERVAL_MILLIS_DEFAULT &&
      DRAIN_INTERVAL_MILLIS_DEFAULT <= DRAIN_INTERVAL_MILLIS_MAX,
    'the default drain interval lies in its range',
  ],
  [COUNT_LIMIT_DEFAULT <= COUNT_LIMIT_MAX, 'the default count limit lies in its range'],
  [
    ATTRIBUTE_DEPTH_MIN <= ATTRIBUTE_DEPTH_DEFAULT && ATTRIBUTE_DEPTH_DEFAULT <= ATTRIBUTE_DEPTH_MAX,
    'the default attribute depth lies in its range',
  ],
];

for (const [holds, statement] of LIMIT_RELATIONS) assertInvariant(holds, statement);
