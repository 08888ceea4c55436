// What one recording thread owns: a ring for each lane, an arena, counters. Made once per thread and pipeline by export-lanes.ts,
// or by threads/attached-lanes.ts for the pool of another thread; the channels are what the workers get of it.

import { createArena } from '../../shared/arena/arena-memory.js';
import { ArenaWriter } from '../../shared/arena/writer.js';
import { encodeScopeBlob, type ScopeFields } from '../../shared/codec/blobs.js';
import type { ResolvedConfig } from '../../shared/config/resolved-config.js';
import type { ProducerChannel } from '../../shared/control.js';
import { createCounters, LANE_COUNTER_COUNT, PRODUCER_COUNTER_COUNT } from '../../shared/counters.js';
import { createRing } from '../../shared/ring/ring-memory.js';
import { LaneWriter } from '../record/lane-writer.js';
import { Recording, type SendLarge } from '../record/recording.js';
import { keepExamples } from '../trace/span-examples.js';
import type { Lane } from './lane.js';
import { monotonicOriginMillis } from './process-clock.js';

export interface ProducerThread {
  readonly id: number;
  readonly recording: Recording;
  /** By lane. */
  readonly writers: readonly LaneWriter[];
  readonly channels: readonly ProducerChannel[];
  defineScope(scope: ScopeFields): number;
}

export type ProducerConfig = Pick<
  ResolvedConfig,
  'arenaBytes' | 'ringBytes' | 'dropWarningThreshold' | 'spanLimits' | 'randomFlag'
>;

export function createProducerThread(
  id: number,
  config: ProducerConfig,
  lanes: readonly Pick<Lane, 'memory'>[],
  sendLarge: SendLarge,
): ProducerThread {
  const arena = createArena(config.arenaBytes);
  const arenaWriter = new ArenaWriter(arena);
  const writers: LaneWriter[] = [];
  const channels: ProducerChannel[] = [];
  const originMillis = monotonicOriginMillis();
  for (const lane of lanes) {
    const ring = createRing(config.ringBytes);
    const counters = createCounters(PRODUCER_COUNTER_COUNT);
    const settled = createCounters(LANE_COUNTER_COUNT);
    const { dropWarningThreshold } = config;
    writers.push(new LaneWriter({ ring, laneWords: lane.memory, counters, settled, dropWarningThreshold }));
    channels.push({
      id,
      ring,
      arena,
      counters: counters.buffer,
      settled: settled.buffer,
      monotonicOriginMillis: originMillis,
    });
  }
  const recording = new Recording({
    lanes: writers,
    limits: config.spanLimits,
    intern: (text) => arenaWriter.intern(text),
    sendLarge,
    randomFlag: config.randomFlag,
  });
  keepExamples(recording);
  return {
    id,
    recording,
    writers,
    channels,
    defineScope: (scope) => arenaWriter.append(encodeScopeBlob(scope, utf8WriteFor)),
  };
}

export function utf8WriteFor(bytes: Uint8Array): (text: string, offset: number) => number {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return (text, offset) => buffer.write(text, offset);
}
