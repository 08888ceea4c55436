// An application of a user: one request through decorated methods of all kinds and traced functions. Compiled twice by
// test/process/traced.test.ts, with standard decorators and with legacy ones. Arguments: options of start(), whether
// the application has a span processor of its own.

import { instrument, record, start, traced, withSpan } from 'offloop';

const [options, hasProcessor] = process.argv.slice(2).map((argument) => JSON.parse(argument));
const seen: string[] = [];
const processor = {
  onStart() {},
  onEnd(span: { name: string }) {
    seen.push(span.name);
  },
  forceFlush: async () => {},
  shutdown: async () => {},
};
const telemetry = start({ ...options, ...(hasProcessor ? { spanProcessors: [processor] } : {}) });
const say = (said: object): void => console.log(JSON.stringify(said));

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

class Cart {
  readonly #region = 'eu';

  @instrument({ record: ['id'], result: (price: number) => ({ price }) })
  price(id: string): number {
    return id.length;
  }

  @instrument({
    fields(this: Cart, [id]: [string]) {
      return { id, region: this.region(), rows: undefined };
    },
  })
  async load(id: string): Promise<number> {
    await turn();
    record({ rows: 2 });
    return this.price(id) + Cart.tax(1);
  }

  @instrument({ target: 'shop.cart' })
  *items(): Generator<number> {
    yield this.price('a');
    yield this.price('ab');
  }

  @instrument()
  async *pages(): AsyncGenerator<number> {
    for (const item of this.items()) {
      await turn();
      yield item;
    }
  }

  @instrument({ name: 'Cart.tax' })
  static tax(amount: number): number {
    if (amount > 1) throw new RangeError('too much');
    return amount;
  }

  @instrument({ level: 'debug' })
  region(): string {
    return this.#region;
  }
}

const failing = traced('failing', (_id: string) => 1, {
  fields() {
    throw new Error('fields');
  },
});

const handle = traced('handle', async (id: string) => {
  const cart = new Cart();
  await cart.load(id);
  failing(id);
  for await (const page of cart.pages()) if (page === 2) break;
  return withSpan('pay', { attributes: { currency: 'EUR' } }, () => Cart.tax(2));
});

const outcome = await handle('abc').catch((error: Error) => error.message);
say({ outcome });

try {
  const decorate = instrument() as (target: unknown, context: unknown) => void;
  decorate(undefined, { kind: 'field', name: 'total' });
} catch (error) {
  say({ refused: (error as { code: string }).code });
}
await telemetry.forceFlush();
say({ seen: seen.length });
say({ stats: telemetry.stats() });
