// HOT. Random ids as 32-bit words. Thread: producer. Callers: tracer.ts, record/compiled-template.ts.
//
// A root takes six words, a child two. They come from xoshiro128** (Blackman and Vigna), seeded once per thread by the
// operating system's generator: every bit of an id is random, as the W3C's random flag demands, and ids are no secrets.
// The words are made 256 at a time, in a loop whose state stays in registers. Measured: 3 ns a word, where
// crypto.randomFillSync takes 2 ns in a tight loop and 9 ns in an application that does other things in between.

import { fillRandom } from './entropy.js';

const POOL_WORDS = 256;

const pool = new Int32Array(POOL_WORDS);
const state = new Int32Array(4);
let next = POOL_WORDS;

function seed(): void {
  // All zeros is the one state that the generator never leaves.
  while ((state[0] | state[1] | state[2] | state[3]) === 0) fillRandom(state);
}

function refill(): void {
  if ((state[0] | state[1] | state[2] | state[3]) === 0) seed();
  let [s0, s1, s2, s3] = state;
  for (let i = 0; i < POOL_WORDS; i++) {
    const product = Math.imul(s1, 5);
    pool[i] = Math.imul((product << 7) | (product >>> 25), 9);
    const shifted = s1 << 9;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    s2 ^= shifted;
    s3 = (s3 << 11) | (s3 >>> 21);
  }
  state[0] = s0;
  state[1] = s1;
  state[2] = s2;
  state[3] = s3;
  next = 0;
}

/** Where takeWords found its words; valid until the next call of anything here. */
export const idWords = pool;

/** The index in idWords of so many random words in a row: one check for all of them. */
export function takeWords(count: number): number {
  const at = next;
  if (at + count > POOL_WORDS) {
    refill();
    next = count;
    return 0;
  }
  next = at + count;
  return at;
}

/** A random word of any value. */
export function randomWord(): number {
  if (next === POOL_WORDS) refill();
  return pool[next++];
}

/** A random word that is not zero: ids of all zeros are invalid, so one word of each id comes from here. */
export function randomNonZeroWord(): number {
  let word = 0;
  while (word === 0) word = randomWord();
  return word;
}
