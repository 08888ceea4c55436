// carryContext and withCarriedContext: what is carried, with whose propagators, into what base, and carriers that mean harm.

import {
  type Context,
  context,
  createContextKey,
  propagation,
  ROOT_CONTEXT,
  type Span,
  type TextMapPropagator,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { carryContext, withCarriedContext } from '../../../../src/main/carry/carry-context.js';
import { B3Propagator } from '../../../../src/main/propagation/b3.js';
import { createTestTelemetry, type TestTelemetry } from '../../../../src/main/testing/test-telemetry.js';
import { OptionError } from '../../../../src/shared/errors.js';
import { CARRIER_ENTRIES_MAX, CARRIER_LENGTH_MAX } from '../../../../src/shared/limits.js';

let telemetry: TestTelemetry;
beforeEach(() => {
  telemetry = createTestTelemetry().register();
});
afterEach(async () => {
  await telemetry.shutdown();
  propagation.disable();
});

function inSpan<R>(name: string, fn: (span: Span) => R): R {
  return telemetry.tracer().startActiveSpan(name, (span) => {
    try {
      return fn(span);
    } finally {
      span.end();
    }
  });
}

function withBaggage(entries: Record<string, string>): Context {
  const values = Object.entries(entries).map(([key, value]) => [key, { value }]);
  return propagation.setBaggage(context.active(), propagation.createBaggage(Object.fromEntries(values)));
}

const child = (): Span => telemetry.tracer().startSpan('child');

describe('a carrier', () => {
  test('makes spans children of the span that was active, after clone and JSON too', () => {
    const carrier = inSpan('parent', () => carryContext());
    for (const travelled of [carrier, structuredClone(carrier), JSON.parse(JSON.stringify(carrier))]) {
      expect(withCarriedContext(travelled, () => child().end() ?? 5)).toBe(5);
    }
    expect(telemetry.tree()).toEqual([
      { name: 'parent', children: Array.from({ length: 3 }, () => ({ name: 'child', children: [] })) },
    ]);
    expect(telemetry.spansNamed('child').map(({ parentSpanContext }) => parentSpanContext?.isRemote)).toEqual(
      [true, true, true],
    );
  });

  test('holds baggage, trace state and the sampling decision', () => {
    const parent = { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: TraceFlags.NONE };
    const active = trace.setSpanContext(withBaggage({ shop: 'Z\u00fcrich, 8', empty: '' }), parent);
    const carrier = carryContext({ context: active });
    expect(carrier.traceparent).toBe(`00-${parent.traceId}-${parent.spanId}-00`);
    withCarriedContext(carrier, () => {
      expect(trace.getActiveSpan()?.spanContext()).toMatchObject({ ...parent, isRemote: true });
      expect(propagation.getActiveBaggage()?.getEntry('shop')?.value).toBe('Z\u00fcrich, 8');
    });
  });

  test('for an environment has names of variables, and is found in one among others', () => {
    const carrier = inSpan('parent', () =>
      context.with(withBaggage({ a: 'b' }), () => carryContext({ as: 'environment' })),
    );
    expect(Object.keys(carrier).sort()).toEqual(['BAGGAGE', 'TRACEPARENT']);
    withCarriedContext({ PATH: '/bin', ...carrier }, () => {
      child().end();
      expect(propagation.getActiveBaggage()?.getEntry('a')?.value).toBe('b');
    });
    expect(telemetry.tree()).toEqual([{ name: 'parent', children: [{ name: 'child', children: [] }] }]);
  });

  test('is empty where nothing is active', () => {
    expect(carryContext()).toEqual({});
    expect(carryContext(null as never)).toEqual({});
  });

  test('is written and read by the propagator that is registered', () => {
    propagation.disable();
    propagation.setGlobalPropagator(new B3Propagator());
    const carrier = inSpan('parent', () => carryContext());
    expect(Object.keys(carrier)).toEqual(['b3']);
    withCarriedContext(carrier, () => child().end());
    expect(telemetry.tree()).toEqual([{ name: 'parent', children: [{ name: 'child', children: [] }] }]);
  });

  test('is written and read as the W3C has it where no propagator is registered', () => {
    propagation.disable();
    const carrier = inSpan('parent', () => context.with(withBaggage({ a: 'b' }), () => carryContext()));
    expect(Object.keys(carrier).sort()).toEqual(['baggage', 'traceparent']);
    withCarriedContext(carrier, () => {
      child().end();
      expect(propagation.getActiveBaggage()?.getEntry('a')?.value).toBe('b');
    });
    expect(telemetry.tree()).toEqual([{ name: 'parent', children: [{ name: 'child', children: [] }] }]);
  });

  test('is bounded in entries and characters, whatever a propagator writes', () => {
    const write = (entries: [string, string][]): Record<string, string> => {
      propagation.disable();
      const propagator: TextMapPropagator = {
        inject: (_context, carrier, setter) => {
          for (const [key, value] of entries) setter.set(carrier, key, value);
        },
        extract: (active) => active,
        fields: () => ['x'],
      };
      propagation.setGlobalPropagator(propagator);
      return carryContext();
    };
    const many = (count: number): [string, string][] =>
      Array.from({ length: count }, (_, i) => [`k${i}`, 'v']);
    expect(Object.keys(write(many(CARRIER_ENTRIES_MAX)))).toHaveLength(CARRIER_ENTRIES_MAX);
    expect(Object.keys(write(many(CARRIER_ENTRIES_MAX + 1)))).toHaveLength(CARRIER_ENTRIES_MAX);
    expect(Object.keys(write([['k', 'v'.repeat(CARRIER_LENGTH_MAX - 1)]]))).toEqual(['k']);
    const rest = write([
      ['k', 'v'.repeat(CARRIER_LENGTH_MAX)],
      ['small', 'v'],
    ]);
    expect(rest).toEqual({ small: 'v' });
    const odd = write([
      ['__proto__', 'x'],
      ['', 'x'],
      ['k', 5 as never],
    ]);
    expect(Object.entries(odd)).toEqual([['__proto__', 'x']]);
    expect(Object.getPrototypeOf(odd)).toBe(Object.prototype);
  });
});

describe('the context of withCarriedContext', () => {
  const KEY = createContextKey('other');

  test('has no span and baggage but the carried ones; other values stay', () => {
    inSpan('poller', () => {
      const active = withBaggage({ mine: '1' }).setValue(KEY, 'kept');
      context.with(active, () => {
        withCarriedContext({}, () => {
          expect(trace.getActiveSpan()).toBeUndefined();
          expect(propagation.getActiveBaggage()).toBeUndefined();
          expect(context.active().getValue(KEY)).toBe('kept');
          child().end();
        });
        expect(propagation.getActiveBaggage()?.getEntry('mine')?.value).toBe('1');
      });
    });
    expect(telemetry.tree()).toEqual([
      { name: 'poller', children: [] },
      { name: 'child', children: [] },
    ]);
  });

  test('goes on in what is awaited, and ends with the call', async () => {
    const carrier = inSpan('parent', () => carryContext());
    await withCarriedContext(carrier, async () => {
      await new Promise(setImmediate);
      child().end();
    });
    expect(context.active()).toBe(ROOT_CONTEXT);
    expect(telemetry.tree()).toEqual([{ name: 'parent', children: [{ name: 'child', children: [] }] }]);
  });

  test('is the caller\u2019s error when fn throws', () => {
    const error = new Error('mine');
    expect(() =>
      withCarriedContext({}, () => {
        throw error;
      }),
    ).toThrow(error);
  });
});

describe('hostile carriers', () => {
  const throwing = new Proxy(
    {},
    {
      get: () => {
        throw new Error('get');
      },
      ownKeys: () => {
        throw new Error('keys');
      },
      getOwnPropertyDescriptor: () => {
        throw new Error('descriptor');
      },
    },
  );
  const getter = Object.defineProperty({}, 'traceparent', {
    get: () => {
      throw new Error('getter');
    },
  });
  const valid = `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`;

  test.each([
    ['undefined', undefined],
    ['null', null],
    ['text', valid],
    ['a number', 5],
    ['a function', () => valid],
    ['a symbol', Symbol('x')],
    ['a proxy whose traps throw', throwing],
    ['a getter that throws', getter],
    ['an inherited header', Object.create({ traceparent: valid })],
    ['a header that is no text', { traceparent: [valid] }],
    ['a header that is too long', { traceparent: valid + ' '.repeat(CARRIER_LENGTH_MAX) }],
    ['a wrong header', { traceparent: '00-0-0-00', baggage: '=,=;;=' }],
    ['a huge object', Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`k${i}`, valid]))],
  ])('%s begins a new trace', (_, carrier) => {
    const ran = inSpan('active', () => withCarriedContext(carrier, () => child().end()));
    expect(ran).toBeUndefined();
    expect(telemetry.spanNamed('child').parentSpanContext).toBeUndefined();
  });

  test('any object calls fn once and does not throw', () => {
    const key = fc.constantFrom('traceparent', 'tracestate', 'baggage', 'TRACEPARENT', '__proto__', 'x');
    const text = fc.oneof(fc.string(), fc.constantFrom(valid, 'a=b', 'a=%zz,b=;;', 'ff-1-2-3'));
    fc.assert(
      fc.property(fc.dictionary(key, fc.oneof(text, fc.anything())), (carrier) => {
        let calls = 0;
        withCarriedContext(carrier, () => calls++);
        expect(calls).toBe(1);
      }),
    );
  });

  test.each([
    [
      'throws',
      () => {
        throw new Error('no');
      },
    ],
    ['returns nothing', () => undefined as never],
    ['returns what is no context', () => 5 as never],
  ])('a propagator that %s leaves the caller with a new trace', (_, extract) => {
    propagation.disable();
    propagation.setGlobalPropagator({
      inject: () => {
        throw new Error('no');
      },
      extract,
      fields: () => ['x'],
    });
    expect(inSpan('active', () => carryContext())).toEqual({});
    withCarriedContext({ traceparent: valid }, () => child().end());
    expect(telemetry.spanNamed('child').parentSpanContext).toBeUndefined();
  });
});

test('without telemetry it calls through', () => {
  telemetry.unregister();
  expect(withCarriedContext({ traceparent: 'x' }, () => 5)).toBe(5);
  expect(carryContext()).toEqual({});
});

test('wrong options are refused with what is accepted', () => {
  for (const call of [
    () => carryContext({ as: 'header' as never }),
    () => withCarriedContext({}, 5 as never),
  ]) {
    expect(call).toThrow(OptionError);
  }
  expect(() => carryContext({ as: 'header' as never })).toThrow(
    expect.objectContaining({ option: 'carryContext.as', range: 'message or environment' }),
  );
  expect(carryContext({ context: 5 as never })).toEqual({});
});
