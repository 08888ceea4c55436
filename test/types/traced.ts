// The types of `traced`, `instrument` and `withSpan`, as users' code meets them. test/unit/main/traced/types.test.ts compiles it: once with
// standard decorators, once with `experimentalDecorators`; every @ts-expect-error must be one.

import type { Span } from '@opentelemetry/api';
import { currentSpan, instrument, record, traced, withSpan } from 'offloop';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function same<A, B>(_same: Equal<A, B>): void {}

// The same type, whatever it is.
function overloaded(value: string): string;
function overloaded(value: number, digits?: number): number;
function overloaded(value: string | number): string | number {
  return value;
}
const tracedOverloaded = traced(overloaded, { record: ['value'] });
same<typeof tracedOverloaded, typeof overloaded>(true);
same<typeof tracedOverloaded, (value: string) => string>(false);
tracedOverloaded(1, 2).toFixed();
tracedOverloaded('a').trim();

function generic<T extends { id: string }, K extends keyof T>(item: T, key: K): T[K] {
  return item[key];
}
const tracedGeneric = traced('generic', generic);
same<typeof tracedGeneric, typeof generic>(true);
const count: number = tracedGeneric({ id: 'a', n: 1 }, 'n');
// @ts-expect-error the constraint of the type parameter holds
tracedGeneric({ n: 1 }, 'n');

function bound(this: { region: string }, a: number): string {
  return this.region + a;
}
const tracedBound = traced(bound, {
  fields([a]) {
    same<typeof a, number>(true);
    return { region: this.region, a };
  },
});
same<typeof tracedBound, typeof bound>(true);
// @ts-expect-error `this` is asked for
tracedBound(1);
tracedBound.call({ region: 'eu' }, 1);

const withProperties = traced(Object.assign(function cached(): void {}, { size: 1 }));
same<typeof withProperties.size, number>(true);

// Arguments and results as callbacks see them.
const load = traced('load', async (id: string, _options?: { deep: boolean }) => ({ id, rows: 3 }), {
  fields: ([id, options]) => {
    same<typeof id, string>(true);
    same<typeof options, { deep: boolean } | undefined>(true);
    return { id, rows: undefined };
  },
  result: (value) => {
    same<typeof value, { id: string; rows: number }>(true);
    return { rows: value.rows };
  },
});
same<typeof load, (id: string, _options?: { deep: boolean }) => Promise<{ id: string; rows: number }>>(true);

const generate = traced(
  function* generate(n: number): Generator<number, string, boolean> {
    return (yield n) ? 'a' : 'b';
  },
  { result: (value) => ({ value: value satisfies string }) },
);
same<ReturnType<typeof generate>, Generator<number, string, boolean>>(true);
const generateLater = traced(
  async function* generateLater(n: number): AsyncGenerator<number, Date, undefined> {
    yield n;
    return new Date();
  },
  { result: (value) => ({ time: value.getTime() }) },
);
same<ReturnType<typeof generateLater>, AsyncGenerator<number, Date, undefined>>(true);

// @ts-expect-error no function
traced(1);
// @ts-expect-error the name is given twice
traced('a', overloaded, { name: 'b' });
// @ts-expect-error no such option
traced(overloaded, { feilds: () => ({}) });
// @ts-expect-error no such level
traced(overloaded, { level: 'off' });

const later: Promise<number> = withSpan(
  'later',
  { result: (n) => ({ n: n satisfies number }) },
  async () => 1,
);
const text: string = withSpan('now', (span: Span) => span.spanContext().traceId);
// @ts-expect-error withSpan has no arguments to tell of
withSpan('x', { fields: () => ({}) }, () => 1);
const span: Span | undefined = currentSpan();
record({ a: 1, b: undefined });

class Cart {
  readonly currency = 'EUR';

  @instrument()
  plain(a: number): number {
    return a;
  }

  @instrument({
    record: ['id', 'user.name'],
    fields(this: Cart, [id]: [string, { name: string }]) {
      return { id, currency: this.currency };
    },
    result: (rows: number) => ({ rows }),
  })
  async load(id: string, user: { name: string }): Promise<number> {
    return id.length + user.name.length;
  }

  @instrument({ result: (total: string) => ({ total }) })
  *items(n: number): Generator<number, string, boolean> {
    return (yield n) ? 'a' : 'b';
  }

  @instrument({ level: 'debug', target: 'shop.cart' })
  async *later(n: number): AsyncGenerator<number> {
    yield n;
  }

  @instrument({ name: 'Cart.of' })
  static of<T extends string>(kind: T): T {
    return kind;
  }

  // @ts-expect-error not on a field
  @instrument()
  field = 1;

  // @ts-expect-error the fields do not fit the method's arguments
  @instrument({ fields: ([a]: [number]) => ({ a }) })
  wrong(_a: string): void {}

  // @ts-expect-error the result does not fit the method's
  @instrument({ result: (rows: number) => ({ rows }) })
  async wrongResult(): Promise<string> {
    return '';
  }
}

const cart = new Cart();
same<ReturnType<typeof cart.load>, Promise<number>>(true);
same<ReturnType<typeof cart.items>, Generator<number, string, boolean>>(true);
const kind: 'a' = Cart.of('a');

export { Cart, count, generate, generateLater, kind, later, load, span, text };
