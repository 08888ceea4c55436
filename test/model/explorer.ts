// Walks every interleaving of two programs, access by access, with either side suspended anywhere: a depth-first
// walk over states. A state is what both sides have read so far and what memory holds; two schedules that lead
// to the same state are walked on from there only once, and counted as two.

import { type Access, describeAccess } from './access.js';
import { type MemoryOptions, ModelMemory, READER, WRITER } from './memory.js';
import { type GhostEvent, ModelViolation, type Program, replay, type Suspended } from './replay.js';

export interface Exploration extends MemoryOptions {
  readonly writer: Program;
  readonly reader: Program;
  /** Takes over when the reader is killed, which may then happen between any two of its accesses. */
  readonly successor?: Program;
  readonly values: ReadonlyMap<number, number>;
  /** A seeded bug: what the hardware is asked instead. */
  readonly fault?: (thread: number, access: Access) => Access;
  /** Judges a finished schedule by what the programs said. */
  readonly check: (outcome: Outcome) => void;
  /** More states than this are a mistake in the scenario, not a reason to wait. */
  readonly statesMax: number;
}

export interface Outcome {
  readonly writer: readonly GhostEvent[];
  readonly reader: readonly GhostEvent[];
  /** undefined: the reader was not killed. */
  readonly successor: readonly GhostEvent[] | undefined;
}

export interface ExplorationResult {
  readonly states: number;
  readonly schedules: bigint;
}

/** One program and all suspended states it was ever seen in. */
class ModelThread {
  readonly #program: Program;
  readonly #parents: number[] = [-1];
  readonly #values: number[] = [0];
  readonly #children = new Map<string, number>();
  readonly #suspended: Suspended[] = [];

  constructor(program: Program) {
    this.#program = program;
  }

  at(node: number): Suspended {
    this.#suspended[node] ??= replay(this.#program, this.#log(node));
    const suspended = this.#suspended[node];
    if (suspended.error) throw suspended.error;
    return suspended;
  }

  child(node: number, value: number): number {
    const key = `${node} ${value}`;
    const known = this.#children.get(key);
    if (known !== undefined) return known;
    this.#parents.push(node);
    this.#values.push(value);
    this.#children.set(key, this.#parents.length - 1);
    return this.#parents.length - 1;
  }

  #log(node: number): number[] {
    const log: number[] = [];
    for (let at = node; at > 0; at = this.#parents[at]) log.push(this.#values[at]);
    return log.reverse();
  }
}

interface State {
  readonly memory: ModelMemory;
  readonly writer: number;
  readonly reader: number;
  /** -1: the reader was not killed. */
  readonly successor: number;
}

export function explore(exploration: Exploration): ExplorationResult {
  const writer = new ModelThread(exploration.writer);
  const reader = new ModelThread(exploration.reader);
  const successor = new ModelThread(exploration.successor ?? (() => {}));
  const counted = new Map<string, bigint>();
  const path: string[] = [];

  const run = (state: State, thread: number, name: string, access: Access): State => {
    const asked = exploration.fault?.(thread, access) ?? access;
    path.push(`${name} ${describeAccess(asked)}`);
    const [memory, value] = state.memory.apply(thread, asked);
    if (name === 'writer') return { ...state, memory, writer: writer.child(state.writer, value) };
    if (name === 'reader') return { ...state, memory, reader: reader.child(state.reader, value) };
    return { ...state, memory, successor: successor.child(state.successor, value) };
  };

  const walk = (state: State): bigint => {
    const key = keyOf(state);
    const known = counted.get(key);
    if (known !== undefined) return known;
    if (counted.size >= exploration.statesMax) throw new Error(`more than ${exploration.statesMax} states`);

    const writing = writer.at(state.writer);
    const killed = state.successor >= 0;
    const reading = killed ? successor.at(state.successor) : reader.at(state.reader);
    const writerDone = writing.access === undefined && state.memory.delayed.length === 0;
    let schedules = 0n;
    let moved = false;
    const depth = path.length;
    const follow = (next: () => State): void => {
      moved = true;
      schedules += walk(next());
      path.length = depth;
    };

    if (writing.access) follow(() => run(state, WRITER, 'writer', writing.access as Access));
    for (const index of state.memory.deliverable()) {
      follow(() => {
        path.push('a delayed write becomes visible');
        return { ...state, memory: state.memory.deliver(index) };
      });
    }
    if (reading.access && canRun(reading.access, state.memory, writerDone)) {
      follow(() => run(state, READER, killed ? 'successor' : 'reader', reading.access as Access));
    }
    if (exploration.successor && !killed && reading.access) {
      follow(() => {
        path.push('the reader is killed');
        return { ...state, successor: 0 };
      });
    }
    if (!moved) {
      if (reading.access)
        throw new ModelViolation(`the reader sleeps for ever: ${describeAccess(reading.access)}`);
      exploration.check({
        writer: writing.events,
        reader: reader.at(state.reader).events,
        successor: killed ? reading.events : undefined,
      });
      schedules = 1n;
    }
    counted.set(key, schedules);
    return schedules;
  };

  try {
    const memory = ModelMemory.of(exploration.values, exploration);
    const schedules = walk({ memory, writer: 0, reader: 0, successor: -1 });
    return { states: counted.size, schedules };
  } catch (error) {
    if (error instanceof ModelViolation) error.message += `\nschedule:\n  ${path.join('\n  ')}`;
    throw error;
  }
}

function canRun(access: Access, memory: ModelMemory, writerDone: boolean): boolean {
  if (access.kind === 'wait') return memory.valueAt(access.address) !== access.expected;
  return access.kind === 'join' ? writerDone : true;
}

/**
 * Every word has one writing thread, so memory follows from both logs and from what is still delayed; the clocks
 * are added because a word may be stored twice with one value.
 */
function keyOf(state: State): string {
  const { writer, reader, successor, memory } = state;
  const [[a, b], [c, d]] = memory.clocks;
  let key = `${writer},${reader},${successor},${a},${b},${c},${d}`;
  for (const write of memory.delayed) key += `,${write.address}`;
  return key;
}
