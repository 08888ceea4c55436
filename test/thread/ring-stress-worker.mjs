// One end of a ring under stress, on a thread of its own, running the built code. What record number n looks like
// follows from the seed and n alone, so that the reader checks every word without being told anything.

import { parentPort, workerData } from 'node:worker_threads';
import { LANE_BELL_WORD } from '../../dist/shared/ring/lane-layout.js';
import { RingReader } from '../../dist/shared/ring/reader.js';
import { RingWriter } from '../../dist/shared/ring/writer.js';

const { role, ring, lane, barrier, seed, records, recordBytesMax } = workerData;
const laneWords = new Int32Array(lane);
/** Counts releases; a writer that found the ring full waits on it. */
const SPACE_WORD = LANE_BELL_WORD + 32;
const DEADLINE_MILLIS = 5000;

function hash(number, salt) {
  let bits = Math.imul(number ^ seed, 0x9e3779b1) ^ Math.imul(salt + 1, 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 15), 0x2c1b3c6d);
  bits = Math.imul(bits ^ (bits >>> 12), 0x297a2d39);
  return bits ^ (bits >>> 15);
}

/** 8 to recordBytesMax, most of them small, as spans are. */
function recordBytes(number) {
  const random = hash(number, 0) >>> 0;
  const most = random % 16 === 0 ? recordBytesMax : Math.min(recordBytesMax, 256);
  return 8 + 8 * ((random >>> 4) % (most / 8));
}

function ringBell() {
  Atomics.add(laneWords, LANE_BELL_WORD, 1);
  Atomics.notify(laneWords, LANE_BELL_WORD);
}

function write() {
  const writer = new RingWriter(ring);
  const said = { full: 0, abandoned: 0, bells: 0 };
  for (let number = 0; number < records; number++) {
    const bytes = recordBytes(number);
    const chance = hash(number, 1) >>> 0;
    if (chance % 64 === 0 && writer.claim(recordBytesMax, 0) >= 0) {
      writer.abandon();
      said.abandoned++;
    }
    // Encoders claim more than they turn out to need.
    const claimBytes = Math.min(recordBytesMax, bytes + 8 * (chance % 5));
    const index = claim(writer, claimBytes, said) / 4;
    writer.words[index] = bytes;
    writer.words[index + 1] = 1 | (number << 8);
    for (let word = 2; word < bytes / 4; word++) writer.words[index + word] = hash(number, word);
    writer.publish(bytes);
    if (writer.wakeDue()) {
      said.bells++;
      ringBell();
    }
  }
  ringBell();
  return said;
}

function claim(writer, bytes, said) {
  for (;;) {
    const releases = Atomics.load(laneWords, SPACE_WORD);
    const offset = writer.claim(bytes, 0);
    if (offset >= 0) return offset;
    said.full++;
    if (Atomics.wait(laneWords, SPACE_WORD, releases, DEADLINE_MILLIS) === 'timed-out') {
      throw new Error(`no release for ${DEADLINE_MILLIS} ms at ${writer.usedBytes()} bytes in use`);
    }
  }
}

function read() {
  let reader = new RingReader(ring);
  const said = { read: 0, bytes: 0, sleeps: 0, successors: 0, readAgain: 0 };
  let number = 0;
  let released = 0;
  let farthest = 0;

  const release = () => {
    if (!reader.release(reader.readPosition)) throw new Error(`release of ${reader.readPosition} refused`);
    released = number;
    Atomics.add(laneWords, SPACE_WORD, 1);
    Atomics.notify(laneWords, SPACE_WORD);
  };

  while (number < records) {
    const offset = reader.peek();
    if (reader.corrupt) throw new Error(`corrupt at record ${number}`);
    if (offset < 0) {
      if (released < number) release();
      sleep(reader, said, number);
      continue;
    }
    check(reader, offset, number);
    said.bytes += reader.recordBytes;
    reader.advance();
    number++;
    const isNew = number > farthest;
    farthest = Math.max(farthest, number);
    const chance = hash(number, 2) >>> 0;
    if (chance % 8 === 0) release();
    if (chance % 4099 === 0 && isNew) {
      said.successors++;
      said.readAgain += number - released;
      reader = new RingReader(ring);
      number = released;
    }
  }
  release();
  if (reader.hasUnread() || reader.unreleasedBytes() !== 0) throw new Error('something is left in the ring');
  said.read = number;
  return said;
}

/** The protocol of reader.ts. A wait that ends by time while the watermark was passed is a lost wake-up. */
function sleep(reader, said, number) {
  const bell = Atomics.load(laneWords, LANE_BELL_WORD);
  reader.arm(1 + ((hash(number, 3) >>> 0) % (reader.capacity / 4)));
  if (!reader.wakeReached()) {
    said.sleeps++;
    if (Atomics.wait(laneWords, LANE_BELL_WORD, bell, DEADLINE_MILLIS) === 'timed-out') {
      throw new Error(
        `no bell for ${DEADLINE_MILLIS} ms at record ${number}, position ${reader.readPosition}, ` +
          `${reader.wakeReached() ? 'wake-up lost' : 'writer stuck'}`,
      );
    }
  }
  reader.disarm();
}

function check(reader, offset, number) {
  const index = offset / 4;
  const bytes = recordBytes(number);
  if (reader.recordBytes !== bytes || reader.words[index + 1] !== (1 | (number << 8))) {
    throw new Error(
      `record ${number} is ${reader.recordBytes} bytes, number ${reader.words[index + 1] >>> 8}`,
    );
  }
  for (let word = 2; word < bytes / 4; word++) {
    if (reader.words[index + word] !== hash(number, word)) throw new Error(`record ${number}, word ${word}`);
  }
}

/** Both threads begin at one moment: the deadlines are about the ring, not about how long a busy machine takes to load a thread. */
function meet() {
  const arrived = new Int32Array(barrier);
  if (Atomics.add(arrived, 0, 1) === 1) Atomics.notify(arrived, 0);
  else Atomics.wait(arrived, 0, 1);
}

meet();
parentPort.postMessage(role === 'writer' ? write() : read());
