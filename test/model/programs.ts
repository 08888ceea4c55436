// What the two threads of the model do: the same calls, in the same order, as the span recorder and the worker's
// drain make. Each seeded bug is one deviation from that order.

import { atomicAdd, atomicLoad, atomicWait } from '../../src/shared/atomics.js';
import { RecordType } from '../../src/shared/codec/record-layout.js';
import { LANE_BELL_WORD } from '../../src/shared/ring/lane-layout.js';
import { RingReader } from '../../src/shared/ring/reader.js';
import { RingWriter } from '../../src/shared/ring/writer.js';
import { laneWords } from './modelled-atomics.js';
import { ModelViolation, type Program, perform } from './replay.js';

export interface WriterStep {
  readonly bytes: number;
  readonly tag: number;
  /** Claims, writes half a record and gives up. */
  readonly abandon?: boolean;
}

export interface WriterPlan {
  readonly ring: SharedArrayBuffer;
  readonly steps: readonly WriterStep[];
  readonly bell: boolean;
  readonly bug?: 'publish before write';
}

export function writerProgram(plan: WriterPlan): Program {
  return (say) => {
    const writer = new RingWriter(plan.ring);
    for (const { bytes, tag, abandon } of plan.steps) {
      const offset = writer.claim(bytes, 0);
      if (offset < 0) {
        if (!abandon) say({ what: 'dropped', tag });
        continue;
      }
      const index = offset / 4;
      if (abandon) {
        writer.words[index] = 0xdead;
        writer.abandon();
        continue;
      }
      if (plan.bug === 'publish before write') writer.publish(bytes);
      writer.words[index] = bytes;
      writer.words[index + 1] = RecordType.Span | (tag << 8);
      for (let word = 2; word < bytes / 4; word++) writer.words[index + word] = tag;
      if (plan.bug !== 'publish before write') writer.publish(bytes);
      say({ what: 'published', tag });
      if (plan.bell && writer.wakeDue()) atomicAdd(laneWords, LANE_BELL_WORD, 1);
    }
  };
}

export interface ReaderPlan {
  readonly ring: SharedArrayBuffer;
  /** Looks at the ring while the writer runs; then it waits for the writer's end and drains. */
  readonly polls: number;
  /** Instead of polling: sleeps until this many bytes are unread, or the last record is there. */
  readonly sleep?: { readonly distanceBytes: number; readonly endPosition: number };
  readonly batchRecords: number;
  /** Batches that wait for their acknowledgement while the next one is read. */
  readonly batchesInFlight: number;
  readonly bug?: 'release before acknowledge' | 'arm after look';
}

export function readerProgram(plan: ReaderPlan): Program {
  return (say) => {
    const reader = new RingReader(plan.ring);
    const batches: { position: number; tags: number[] }[] = [];
    let filling: number[] = [];

    const settleOldest = (): void => {
      const { position, tags } = batches.shift()!;
      const release = (): void => {
        if (!reader.release(position)) throw new ModelViolation(`release of ${position} refused`);
      };
      if (plan.bug === 'release before acknowledge') release();
      // The answer of the collector arrives here: a thread killed before it has not settled the batch.
      perform({ kind: 'pause' });
      for (const tag of tags) say({ what: 'settled', tag });
      if (plan.bug !== 'release before acknowledge') release();
    };
    const closeBatch = (): void => {
      batches.push({ position: reader.readPosition, tags: filling });
      filling = [];
    };
    const take = (): boolean => {
      const offset = reader.peek();
      if (reader.corrupt) throw new ModelViolation('the reader found the ring corrupt');
      if (offset < 0) return false;
      const tag = readRecord(reader, offset);
      reader.advance();
      say({ what: 'read', tag });
      filling.push(tag);
      if (filling.length === plan.batchRecords) closeBatch();
      while (batches.length > plan.batchesInFlight) settleOldest();
      return true;
    };

    if (plan.sleep) sleepAndTake(reader, plan, plan.sleep, take);
    for (let poll = 0; poll < plan.polls; poll++) take();
    perform({ kind: 'join' });
    while (take());
    if (filling.length > 0) closeBatch();
    while (batches.length > 0) settleOldest();
  };
}

/** The sleep protocol as reader.ts states it. */
function sleepAndTake(
  reader: RingReader,
  plan: ReaderPlan,
  sleep: NonNullable<ReaderPlan['sleep']>,
  take: () => boolean,
): void {
  for (;;) {
    while (take());
    const missingBytes = (sleep.endPosition - reader.readPosition) | 0;
    if (missingBytes <= 0) return;
    const distanceBytes = Math.min(sleep.distanceBytes, missingBytes);
    const bell = atomicLoad(laneWords, LANE_BELL_WORD);
    if (plan.bug === 'arm after look') {
      if (!reader.hasUnread()) {
        reader.arm(distanceBytes);
        atomicWait(laneWords, LANE_BELL_WORD, bell, 1000);
      }
    } else {
      reader.arm(distanceBytes);
      if (!reader.wakeReached()) atomicWait(laneWords, LANE_BELL_WORD, bell, 1000);
    }
    reader.disarm();
  }
}

function readRecord(reader: RingReader, offset: number): number {
  const index = offset / 4;
  const tag = reader.words[index + 1] >>> 8;
  for (let word = 2; word < reader.recordBytes / 4; word++) {
    if (reader.words[index + word] !== tag) throw new ModelViolation(`record ${tag} is torn at word ${word}`);
  }
  return tag;
}
