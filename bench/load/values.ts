// What a span carries in the bench: a name and four attributes (two short strings, an int, a bool) that vary as
// those of a web service do: few routes, many ids, some status codes. Called by the tasks, in the child.

export interface SpanValues {
  name: string;
  route: string;
  user: string;
  status: number;
  hit: boolean;
}

const RESOURCES = ['orders', 'users', 'carts', 'items', 'search', 'stock', 'payments', 'sessions'];
const ACTIONS = ['', '/:id', '/:id/history', '/:id/notes'];
const ROUTES = RESOURCES.flatMap((resource) => ACTIONS.map((action) => `/${resource}${action}`));
const NAMES = ROUTES.map((route) => `GET ${route}`);
const STATUS = [200, 200, 200, 200, 200, 201, 204, 301, 304, 400, 401, 403, 404, 404, 409, 500];

/** Draws values from a seeded xorshift: every subject sees the same sequence. */
export class ValueSource {
  #state = 0x2545f491;
  readonly values: SpanValues = { name: '', route: '', user: '', status: 0, hit: false };

  next(): SpanValues {
    let state = this.#state;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.#state = state;
    const bits = state >>> 0;
    const route = bits & 31;
    const values = this.values;
    values.name = NAMES[route];
    values.route = ROUTES[route];
    values.user = `u-${bits >>> 12}`;
    values.status = STATUS[(bits >>> 5) & 15];
    values.hit = (bits & 0x200) !== 0;
    return values;
  }

  /** `count` drawn values to be used again and again: for loops that must not pay for drawing them. */
  pool(count: number): SpanValues[] {
    return Array.from({ length: count }, () => ({ ...this.next() }));
  }
}
