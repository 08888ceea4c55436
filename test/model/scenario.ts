// One situation of a ring, explored: what is in it already, what the writer adds, how the reader goes about it,
// and what must be true of every schedule at its end.

import { LANE_BELL_WORD } from '../../src/shared/ring/lane-layout.js';
import { formatRing } from '../../src/shared/ring/ring-memory.js';
import { type Access, LANE_ADDRESS } from './access.js';
import { type ExplorationResult, explore, type Outcome } from './explorer.js';
import { modelValues } from './memory.js';
import { type ReaderPlan, readerProgram, type WriterPlan, writerProgram } from './programs.js';
import { type GhostEvent, ModelViolation, type Program } from './replay.js';

export interface Scenario {
  readonly capacity: number;
  readonly start: number;
  /** Records that are in the ring when both threads start. */
  readonly filled: readonly number[];
  /** Records to write; a negative size is claimed and abandoned. */
  readonly writes: readonly number[];
  readonly polls?: number;
  readonly sleepBytes?: number;
  readonly batchRecords?: number;
  readonly batchesInFlight?: number;
  /** The reader may be killed anywhere, once. */
  readonly kill?: boolean;
  readonly statesMax?: number;
  readonly delayWrites?: boolean;
  readonly findRaces?: boolean;
  readonly bug?: WriterPlan['bug'] | ReaderPlan['bug'];
  readonly fault?: (thread: number, access: Access) => Access;
}

export interface ScenarioResult extends ExplorationResult {
  /** The different ends that schedules came to. A scenario that was meant to drop or to re-read shows it here. */
  readonly ends: ReadonlySet<string>;
}

export function exploreScenario(scenario: Scenario): ScenarioResult {
  const ends = new Set<string>();
  const ring = formatRing(scenario.capacity, scenario.start);
  const filled = scenario.filled.map((bytes, tag) => ({ bytes, tag }));
  runUnmodelled(writerProgram({ ring, steps: filled, bell: false }), filled.length);
  const steps = scenario.writes.map((bytes, index) => ({
    bytes: Math.abs(bytes),
    tag: filled.length + index,
    abandon: bytes < 0,
  }));
  const plan = {
    ring,
    polls: scenario.polls ?? 0,
    batchRecords: scenario.batchRecords ?? 1,
    batchesInFlight: scenario.batchesInFlight ?? 0,
  };
  const writerBug = scenario.bug === 'publish before write' ? { bug: scenario.bug } : {};
  const readerBug = scenario.bug && scenario.bug !== 'publish before write' ? { bug: scenario.bug } : {};
  const sleep =
    scenario.sleepBytes === undefined
      ? {}
      : { sleep: { distanceBytes: scenario.sleepBytes, endPosition: endPosition(scenario) } };
  const result = explore({
    writer: writerProgram({ ring, steps, bell: scenario.sleepBytes !== undefined, ...writerBug }),
    reader: readerProgram({ ...plan, ...sleep, ...readerBug }),
    ...(scenario.kill ? { successor: readerProgram({ ...plan, ...sleep }) } : {}),
    ...(scenario.fault ? { fault: scenario.fault } : {}),
    values: modelValues(ring, new Map([[LANE_ADDRESS + LANE_BELL_WORD, 0]])),
    delayWrites: scenario.delayWrites ?? true,
    findRaces: scenario.findRaces ?? true,
    statesMax: scenario.statesMax ?? 300_000,
    check: (outcome) => {
      checkOutcome(
        outcome,
        filled.map((step) => step.tag),
        steps,
      );
      ends.add(describeEnd(outcome));
    },
  });
  return { ...result, ends };
}

function describeEnd(outcome: Outcome): string {
  const dropped = tags(outcome.writer, 'dropped').length;
  if (outcome.successor === undefined) return `dropped ${dropped}`;
  const published = tags(outcome.writer, 'published').length;
  return `dropped ${dropped}, published ${published}, re-read ${tags(outcome.successor, 'read').length}`;
}

/** Where TAIL ends if nothing is dropped: the writer's own arithmetic, in a ring that is never full. */
function endPosition(scenario: Scenario): number {
  let position = scenario.start;
  for (const bytes of [...scenario.filled, ...scenario.writes]) {
    if (bytes < 0) continue;
    const endBytes =
      scenario.capacity - (((position % scenario.capacity) + scenario.capacity) % scenario.capacity);
    position += endBytes < bytes ? endBytes + bytes : bytes;
  }
  return position;
}

function runUnmodelled(program: Program, published: number): void {
  const events: GhostEvent[] = [];
  program((event) => events.push(event));
  if (events.filter((event) => event.what === 'published').length !== published) {
    throw new Error('the scenario does not fit its ring');
  }
}

/** Published or dropped, each once; everything published is read once, in order, and settled. */
function checkOutcome(
  outcome: Outcome,
  filled: readonly number[],
  steps: readonly { tag: number; abandon: boolean }[],
): void {
  const published = [...filled, ...tags(outcome.writer, 'published')];
  const recorded = [...published, ...tags(outcome.writer, 'dropped')].sort((a, b) => a - b);
  expectSame('published or dropped', recorded, [
    ...filled,
    ...steps.filter((step) => !step.abandon).map((step) => step.tag),
  ]);
  const read = tags(outcome.reader, 'read');
  const settled = tags(outcome.reader, 'settled');
  if (outcome.successor === undefined) {
    expectSame('read', read, published);
    expectSame('settled', settled, published);
    return;
  }
  expectSame('read by the killed reader', read, published.slice(0, read.length));
  const readAgain = tags(outcome.successor, 'read');
  const firstReadAgain = published.length - readAgain.length;
  if (firstReadAgain > settled.length) {
    throw new ModelViolation(`lost: settled ${settled}, then read ${readAgain}, of ${published}`);
  }
  expectSame('read by the successor', readAgain, published.slice(firstReadAgain));
  expectSame('settled by the successor', tags(outcome.successor, 'settled'), readAgain);
}

function tags(events: readonly GhostEvent[], what: GhostEvent['what']): number[] {
  return events.filter((event) => event.what === what).map((event) => event.tag);
}

function expectSame(what: string, got: readonly number[], wanted: readonly number[]): void {
  if (got.join() !== wanted.join()) throw new ModelViolation(`${what}: ${got}, wanted ${wanted}`);
}
