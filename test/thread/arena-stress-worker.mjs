// One end of a string arena under stress, on a thread of its own, running the built code. The text of an id follows
// from the id alone. Both threads meet before each arena, so that it is read while it is filled.

import { parentPort, workerData } from 'node:worker_threads';
import { ArenaReader } from '../../dist/shared/arena/reader.js';
import { ArenaWriter } from '../../dist/shared/arena/writer.js';

const { role, arenas, meeting } = workerData;
const meetingWords = new Int32Array(meeting);
const DEADLINE_MILLIS = 5000;

function meet(round) {
  Atomics.add(meetingWords, 0, 1);
  Atomics.notify(meetingWords, 0);
  for (;;) {
    const arrived = Atomics.load(meetingWords, 0);
    if (arrived >= 2 * (round + 1)) return;
    if (Atomics.wait(meetingWords, 0, arrived, DEADLINE_MILLIS) === 'timed-out')
      throw new Error('nobody came');
  }
}

/** 5 to 64 bytes of UTF-8, some of them two bytes a character. */
function textOf(id) {
  const filler = id % 3 === 0 ? 'é' : 'x';
  return `${id} ${filler.repeat(id % 30)}`;
}

function write(memory) {
  const writer = new ArenaWriter(memory);
  let id = 1;
  for (; writer.intern(textOf(id)) === id; id++) {
    // A hit in between takes the id it has.
    const known = 1 + (id % 7);
    if (known <= id && writer.intern(textOf(known)) !== known) throw new Error(`id ${known} changed`);
  }
  // Told apart from a count that is a moment old: the arena is full, this is the end.
  Atomics.store(meetingWords, 1, id - 1);
  return id - 1;
}

function read(memory) {
  const reader = new ArenaReader(memory);
  const said = { read: 0, looks: 0 };
  for (;;) {
    const total = Atomics.load(meetingWords, 1);
    const count = reader.count;
    said.looks++;
    for (let id = said.read + 1; id <= count; id++) {
      const bytes = reader.entry(id);
      const text = bytes && Buffer.from(bytes).toString();
      if (text !== textOf(id)) throw new Error(`entry ${id} is ${text}`);
    }
    said.read = count;
    if (total > 0) {
      if (count !== total) throw new Error(`${count} of ${total} entries`);
      return said;
    }
  }
}

const results = [];
for (const [round, memory] of arenas.entries()) {
  if (role === 'reader') Atomics.store(meetingWords, 1, 0);
  meet(2 * round);
  results.push(role === 'writer' ? write(memory) : read(memory));
  meet(2 * round + 1);
}
parentPort.postMessage(results);
