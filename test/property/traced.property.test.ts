// Random programs of nested traced calls of all kinds, with failures at random: the spans are exactly the tree that the
// program's structure implies, also when a hundred of them run at once.

import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestTelemetry, type TestTelemetry } from '../../src/main/testing.js';
import { traced } from '../../src/main/traced/traced.js';
import { currentSpan, withSpan } from '../../src/main/traced/with-span.js';

type SyncKind = 'sync' | 'generator';
type Kind = SyncKind | 'async' | 'asyncGenerator';

interface Program {
  readonly kind: Kind;
  readonly children: readonly Program[];
  /** After its children. */
  readonly throws: boolean;
  /** What its children throw: goes on through this call, or ends here. */
  readonly catches: boolean;
  /** Async only: children at once, or one after the other. */
  readonly together: boolean;
  /** Generators only: the caller stops after so many values; a generator yields once after each child. */
  readonly takes: number;
}

interface Tree {
  name: string;
  error?: string;
  children: Tree[];
}

let telemetry: TestTelemetry;
beforeAll(() => {
  telemetry = createTestTelemetry().register();
});
afterAll(() => telemetry.shutdown());

class Planned extends Error {
  override readonly name = 'Planned';
}

/** Of 1: as it is; of more: every further one is a chance for the context to get lost. */
async function pause(turns: number): Promise<void> {
  for (let i = 0; i < turns; i++) await new Promise((resolve) => setImmediate(resolve));
}

// What the structure implies, without running anything.

/** The tree of one call, and the message of what it throws at its caller. `path` names it. */
function expected(program: Program, path: string): { tree: Tree | undefined; failure: string | undefined } {
  const isGenerator = program.kind === 'generator' || program.kind === 'asyncGenerator';
  // A generator that nobody asks for a value has not run.
  if (isGenerator && program.takes === 0) return { tree: undefined, failure: undefined };
  const tree: Tree = { name: `${program.kind} ${path}`, children: [] };
  const runsTogether = program.kind === 'async' && program.together;
  let failure: string | undefined;
  let isStopped = false;
  for (const [i, child] of program.children.entries()) {
    const result = expected(child, `${path}.${i}`);
    if (result.tree !== undefined) tree.children.push(result.tree);
    if (result.failure !== undefined && !program.catches) {
      failure ??= result.failure;
      if (!runsTogether) break;
    }
    if (isGenerator && i + 1 === program.takes) {
      isStopped = true;
      break;
    }
  }
  if (failure === undefined && !isStopped && program.throws) failure = path;
  // All in a chain throw the error that came to them.
  if (failure !== undefined) tree.error = failure;
  return { tree, failure };
}

// The program itself.

function body(program: Program, path: string): () => unknown {
  const { kind, children, throws, catches, together, takes } = program;
  const name = `${kind} ${path}`;
  const calls = children.map((child, i) => body(child, `${path}.${i}`));
  const own = (): void => {
    expect((currentSpan() as { name?: string } | undefined)?.name).toBe(name);
    if (throws) throw new Planned(path);
  };
  const guarded = (call: () => unknown): void => {
    try {
      call();
    } catch (error) {
      if (!catches || !(error instanceof Planned)) throw error;
    }
  };
  const guardedLater = async (call: () => unknown): Promise<void> => {
    try {
      await call();
    } catch (error) {
      if (!catches || !(error instanceof Planned)) throw error;
    }
  };
  if (kind === 'sync') {
    return traced(name, () => {
      for (const call of calls) guarded(call);
      own();
    });
  }
  if (kind === 'generator') {
    const generate = traced(name, function* (): Generator<number> {
      for (const [i, call] of calls.entries()) {
        guarded(call);
        yield i;
      }
      own();
    });
    return () => {
      const generator = generate();
      if (takes === 0) return;
      let taken = 0;
      for (const _ of generator) if (++taken === takes) break;
    };
  }
  if (kind === 'async') {
    return traced(name, async () => {
      await pause(1);
      if (together) {
        // All of them end before this one does, or the tree would depend on who is quicker.
        const results = await Promise.allSettled(calls.map(guardedLater));
        const failed = results.find(({ status }) => status === 'rejected') as
          | PromiseRejectedResult
          | undefined;
        if (failed !== undefined) throw failed.reason;
      } else for (const call of calls) await guardedLater(call);
      await pause(calls.length % 3);
      own();
    });
  }
  const generate = traced(name, async function* (): AsyncGenerator<number> {
    for (const [i, call] of calls.entries()) {
      await pause(i % 2);
      await guardedLater(call);
      yield i;
    }
    await pause(1);
    own();
  });
  return async () => {
    const generator = generate();
    if (takes === 0) return;
    let taken = 0;
    for await (const _ of generator) if (++taken === takes) break;
  };
}

const programs: fc.Arbitrary<Program> = fc.letrec<{ sync: Program; any: Program }>((tie) => {
  const program = (kinds: Kind[], children: fc.Arbitrary<Program>) =>
    fc.record({
      kind: fc.constantFrom(...kinds),
      children: fc.array(children, { maxLength: 4, depthIdentifier: 'program' }),
      throws: fc.boolean(),
      catches: fc.boolean(),
      together: fc.boolean(),
      takes: fc.nat({ max: 5 }),
    });
  const syncKinds: Kind[] = ['sync', 'generator'];
  const asyncKinds: Kind[] = ['async', 'asyncGenerator'];
  return {
    sync: program(
      syncKinds,
      fc.oneof({ maxDepth: 4, depthIdentifier: 'program' }, leaf(syncKinds), tie('sync')),
    ),
    any: fc.oneof(
      { maxDepth: 4, depthIdentifier: 'program' },
      leaf([...syncKinds, ...asyncKinds]),
      program(asyncKinds, tie('any')),
      tie('sync'),
    ),
  };
}).any;

function leaf(kinds: Kind[]): fc.Arbitrary<Program> {
  return fc.record({
    kind: fc.constantFrom(...kinds),
    children: fc.constant([]),
    throws: fc.boolean(),
    catches: fc.boolean(),
    together: fc.boolean(),
    takes: fc.nat({ max: 2 }),
  });
}

/** By name: what runs at once may begin in any order; elsewhere the order is that of the paths. */
function plain(tree: Tree): Tree {
  const children = tree.children.map(plain).sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
  return tree.error === undefined
    ? { name: tree.name, children }
    : { name: tree.name, error: tree.error, children };
}

function orderOf({ name }: Tree): string {
  return name.slice(name.indexOf(' '));
}

async function runAll(all: readonly Program[]): Promise<void> {
  telemetry.reset();
  const results = await Promise.all(
    all.map(async (program, i) => {
      const run = body(program, `r${i}`);
      return withSpan(`request ${i}`, { errors: 'ignore' }, async () => {
        await pause(i % 3);
        try {
          await run();
          return undefined;
        } catch (error) {
          if (!(error instanceof Planned)) throw error;
          return error.message;
        }
      });
    }),
  );
  const implied = all.map((program, i) => {
    const { tree, failure } = expected(program, `r${i}`);
    return { failure, tree: { name: `request ${i}`, children: tree === undefined ? [] : [plain(tree)] } };
  });
  expect(telemetry.openSpans).toEqual([]);
  expect(telemetry.tree().map(plain)).toEqual(implied.map(({ tree }) => tree));
  expect(results).toEqual(implied.map(({ failure }) => failure));
  expect(currentSpan()).toBeUndefined();
}

test('one program gives the tree that its structure implies', async () => {
  await fc.assert(
    fc.asyncProperty(programs, async (program) => {
      await runAll([program]);
    }),
    { numRuns: 300 },
  );
});

test('a hundred requests at once each give their own', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(programs, { minLength: 100, maxLength: 100 }), (all) => runAll(all)),
    { numRuns: 5, endOnFailure: true },
  );
});
