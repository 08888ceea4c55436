// Programs of nested calls of all kinds that offloop traces, and the tree of spans that a program's structure implies.
// apps/programs/program.mjs runs them.

import fc from 'fast-check';

const SYNC_KINDS = ['sync', 'generator'] as const;
const ASYNC_KINDS = ['async', 'asyncGenerator', 'iterated', 'readable'] as const;

export interface Program {
  /** `iterated`: tracedStream of an iterator. `readable`: of a Node stream. `blocking`, `blockOn`: in another thread. */
  readonly kind: (typeof SYNC_KINDS)[number] | (typeof ASYNC_KINDS)[number] | 'blocking' | 'blockOn';
  readonly children: readonly Program[];
  /** After its children. */
  readonly throws: boolean;
  /** What its children throw: goes on through this call, or ends here. */
  readonly catches: boolean;
  /** Kinds that are asynchronous functions: children at once, or one after the other. */
  readonly together: boolean;
  /** Kinds that are iterated: the caller stops after so many values; there is one after each child. */
  readonly takes: number;
}

export interface Tree {
  readonly name: string;
  readonly error?: string;
  readonly children: readonly Tree[];
}

const DEPTH_MAX = 4;

/** `canBlock`: whether the thread may call blockOn. */
function programs(depth: number, isSync: boolean, canBlock: boolean): fc.Arbitrary<Program> {
  const syncKinds: Program['kind'][] = canBlock ? [...SYNC_KINDS, 'blockOn'] : [...SYNC_KINDS];
  const kinds = isSync ? syncKinds : [...syncKinds, ...ASYNC_KINDS, 'blocking' as const];
  return fc.constantFrom(...kinds).chain((kind) => {
    const isSyncInside = (SYNC_KINDS as readonly string[]).includes(kind);
    const children =
      depth === 0
        ? fc.constant([])
        : fc.array(programs(depth - 1, isSyncInside, canBlock && kind !== 'blockOn'), { maxLength: 3 });
    return fc.record({
      kind: fc.constant(kind),
      children,
      throws: fc.boolean(),
      catches: fc.boolean(),
      together: fc.boolean(),
      takes: fc.nat({ max: 4 }),
    });
  });
}

export function randomPrograms(count: number, seed: number): Program[] {
  return fc.sample(programs(DEPTH_MAX, false, true), { numRuns: count, seed });
}

/** The tree of one call, and the message of what it throws at its caller. `path` names it. */
export function impliedBy(
  program: Program,
  path: string,
): { readonly tree: Tree | undefined; readonly failure: string | undefined } {
  const { kind, throws, catches } = program;
  const canStop = kind === 'generator' || kind === 'asyncGenerator' || kind === 'iterated';
  // A generator that nobody asks for a value has not run.
  if (canStop && program.takes === 0) return { tree: undefined, failure: undefined };
  const isFunction = kind === 'async' || kind === 'blocking' || kind === 'blockOn';
  const runsTogether = isFunction && program.together;
  const children: Tree[] = [];
  let failure: string | undefined;
  let isStopped = false;
  for (const [i, child] of program.children.entries()) {
    const result = impliedBy(child, `${path}.${i}`);
    if (result.tree !== undefined) children.push(result.tree);
    if (result.failure !== undefined && !catches) {
      failure ??= result.failure;
      if (!runsTogether) break;
    }
    if (canStop && i + 1 === program.takes) {
      isStopped = true;
      break;
    }
  }
  if (failure === undefined && !isStopped && throws) failure = path;
  // All in a chain throw the error that came to them.
  const error = failure === undefined ? {} : { error: failure };
  const inner: Tree = { name: `${kind} ${path}`, ...error, children };
  if (kind !== 'blocking' && kind !== 'blockOn') return { tree: inner, failure };
  const caller = kind === 'blocking' ? 'runBlocking' : 'blockOn';
  return { tree: { name: `${caller} runProgram`, ...error, children: [inner] }, failure };
}
