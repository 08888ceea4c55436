// Section F of the checklist: context and its manager (F1 to F4), and over threads (F16; real ones in test/process/carried.test.ts). More of the manager's behaviour is in
// test/unit/main/context-manager.test.ts.

import { AsyncLocalStorage } from 'node:async_hooks';
import { EventEmitter, once } from 'node:events';
import { MessageChannel } from 'node:worker_threads';
import {
  type Context,
  context,
  createContextKey,
  propagation,
  ROOT_CONTEXT,
  trace,
} from '@opentelemetry/api';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { carryContext, withCarriedContext } from '../../../src/main/carry/carry-context.js';
import { AsyncLocalStorageContextManager } from '../../../src/main/context/context-manager.js';
import { SPAN_KEY, withSpan } from '../../../src/main/context/span-context-node.js';
import { StackContextManager } from '../../../src/main/context/stack-context-manager.js';

const KEY = createContextKey('mine');
const contextOf = (value: unknown) => ROOT_CONTEXT.setValue(KEY, value);
const span = trace.wrapSpanContext({ traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 });

describe('F1 context', () => {
  test.each<[string, Context]>([
    ['of the API', contextOf(1)],
    ['with a span of offloop', withSpan(contextOf(1), span)],
  ])('F1 a context %s is immutable', (_, before) => {
    const other = createContextKey('other');
    const after = before.setValue(other, 2).setValue(KEY, 3);
    expect([before.getValue(KEY), before.getValue(other)]).toEqual([1, undefined]);
    expect([after.getValue(KEY), after.getValue(other)]).toEqual([3, 2]);
    expect(after.deleteValue(KEY).getValue(KEY)).toBeUndefined();
    expect(after.getValue(KEY)).toBe(3);
    expect(trace.getSpan(after)).toBe(trace.getSpan(before));
  });

  test('F1 equal names are one key, and the key of spans is the one of the API', () => {
    expect(createContextKey('mine')).toBe(KEY);
    expect(trace.setSpan(ROOT_CONTEXT, span).getValue(SPAN_KEY)).toBe(span);
    expect(trace.getSpan(withSpan(ROOT_CONTEXT, span))).toBe(span);
  });
});

describe('F2 the manager for synchronous code', () => {
  test('F2 with and bound functions carry the context, with receiver, arguments and length, also when they throw', () => {
    const manager = new StackContextManager().enable();
    const self = { name: 'self' };
    const call = function (this: typeof self, a: number, b: number) {
      return [this, a + b, manager.active().getValue(KEY)];
    };
    const parameters = [call as never, self as never, 1 as never, 2 as never] as const;
    expect(manager.with(contextOf('in'), ...parameters)).toEqual([self, 3, 'in']);
    const bound = manager.bind(contextOf('bound'), call);
    expect(bound).toHaveLength(2);
    manager.with(contextOf('outer'), () => {
      expect(Reflect.apply(bound, self, [1, 2])).toEqual([self, 3, 'bound']);
      expect(
        manager
          .bind(undefined, () => manager.active())()
          .getValue(KEY),
      ).toBe('outer');
      expect(manager.with(null, () => manager.active())).toBe(ROOT_CONTEXT);
      const failing = () => {
        throw new Error('mine');
      };
      expect(() => manager.with(contextOf('in'), failing)).toThrow('mine');
      expect(manager.active().getValue(KEY)).toBe('outer');
    });
    expect(manager.active()).toBe(ROOT_CONTEXT);
    const target = {};
    expect(manager.bind(contextOf('in'), target)).toBe(target);
  });

  test('F2 nothing of it survives the call, and disable makes the root active', async () => {
    const manager = new StackContextManager();
    const later = manager.with(contextOf('in'), async () => {
      await null;
      return manager.active();
    });
    expect(await later).toBe(ROOT_CONTEXT);
    manager.with(contextOf('in'), () => {
      expect(manager.disable()).toBe(manager);
      expect(manager.active()).toBe(ROOT_CONTEXT);
    });
  });
});

describe('F2 the AsyncLocalStorage manager', () => {
  const scoped = Object.getOwnPropertyDescriptor(AsyncLocalStorage.prototype, 'withScope');
  afterEach(() => {
    context.disable();
    if (scoped) Object.defineProperty(AsyncLocalStorage.prototype, 'withScope', scoped);
    else Reflect.deleteProperty(AsyncLocalStorage.prototype, 'withScope');
  });
  const create = () => new AsyncLocalStorageContextManager();

  test('F2 active is the root, and what with says inside of it, with receiver and arguments', () => {
    const manager = create().enable();
    expect(manager.active()).toBe(ROOT_CONTEXT);
    const self = { name: 'self' };
    const call = function (this: typeof self, a: number, b: number) {
      return [this, a + b, manager.active().getValue(KEY)];
    };
    expect(manager.with(contextOf('in'), call as never, self as never, 1 as never, 2 as never)).toEqual([
      self,
      3,
      'in',
    ]);
    expect(manager.active()).toBe(ROOT_CONTEXT);
  });

  test('F2 it works before enable, as that of OTel JS does', () => {
    const manager = create();
    expect(manager.with(contextOf(1), () => manager.active().getValue(KEY))).toBe(1);
  });

  test('F2 disable makes the root active everywhere; what is called afterwards has its context, without enable', () => {
    const manager = create();
    const bound = manager.bind(contextOf('bound'), () => manager.active());
    const emitter = manager.bind(contextOf('emitter'), new EventEmitter());
    const inside = contextOf('in');
    manager.with(inside, () => {
      expect(manager.disable()).toBe(manager);
      expect(manager.active()).toBe(ROOT_CONTEXT);
      expect(manager.with(contextOf(1), () => manager.active().getValue(KEY))).toBe(1);
      expect(manager.with(contextOf(1), (...args: number[]) => args, undefined, 1, 2)).toEqual([1, 2]);
      expect(bound().getValue(KEY)).toBe('bound');
      emitter.once('told', () => expect(manager.active().getValue(KEY)).toBe('emitter'));
      expect(emitter.emit('told')).toBe(true);
      const token = manager.attach(inside);
      expect(manager.active()).toBe(inside);
      token.dispose();
      expect(manager.active()).toBe(ROOT_CONTEXT);
    });
    expect(manager.enable()).toBe(manager);
    expect(manager.active()).toBe(ROOT_CONTEXT);
  });

  test('F2 a manager that context.disable() took away carries contexts when it is registered again', async () => {
    const manager = create();
    for (const value of [1, 2]) {
      expect(context.setGlobalContextManager(manager)).toBe(true);
      const seen = await context.with(contextOf(value), async () => {
        await null;
        return context.active().getValue(KEY);
      });
      expect(seen).toBe(value);
      context.disable();
    }
  });

  test('F2 a token that is disposed after disable does not switch the manager on', () => {
    const manager = create();
    const outer = contextOf('outer');
    manager.with(outer, () => {
      const token = manager.attach(contextOf('attached'));
      manager.disable();
      token.dispose();
      expect(manager.active()).toBe(ROOT_CONTEXT);
    });
  });

  test('F2 disable also reaches what was begun before and goes on later', async () => {
    const manager = create();
    const started = Promise.withResolvers<void>();
    const later = manager.with(contextOf('in'), async () => {
      await started.promise;
      return manager.active();
    });
    manager.disable();
    started.resolve();
    expect(await later).toBe(ROOT_CONTEXT);
  });

  test.each(['with this Node', 'without withScope'])(
    'F2 attach restores what was before, once, %s',
    (how) => {
      if (how === 'without withScope') Reflect.deleteProperty(AsyncLocalStorage.prototype, 'withScope');
      const manager = create();
      const outer = contextOf('outer');
      const attached = contextOf('attached');
      manager.with(outer, () => {
        const token = manager.attach(attached);
        expect(manager.active()).toBe(attached);
        token.dispose();
        expect(manager.active()).toBe(outer);
        const later = contextOf('later');
        manager.with(later, () => {
          token.dispose();
          expect(manager.active()).toBe(later);
        });
      });
      expect(manager.active()).toBe(ROOT_CONTEXT);
    },
  );

  test('F2 attach uses withScope where Node has it', () => {
    const dispose = vi.fn();
    const withScope = vi.fn(() => ({ dispose }));
    Object.defineProperty(AsyncLocalStorage.prototype, 'withScope', { configurable: true, value: withScope });
    const attached = contextOf('attached');
    create().attach(attached).dispose();
    expect(withScope).toHaveBeenCalledWith(attached);
    expect(dispose).toHaveBeenCalledTimes(1);
  });

  test('F2 the API uses it: with, bind, attach', () => {
    expect(context.setGlobalContextManager(create())).toBe(true);
    const inside = contextOf('in');
    expect(context.with(inside, () => context.active())).toBe(inside);
    expect(context.bind(inside, () => context.active())()).toBe(inside);
    const token = context.attach(inside);
    expect(context.active()).toBe(inside);
    token.dispose();
    expect(context.active()).toBe(ROOT_CONTEXT);
  });

  test('F2 it can be subclassed', () => {
    class Counting extends AsyncLocalStorageContextManager {
      calls = 0;
      override active(): Context {
        this.calls++;
        return super.active();
      }
    }
    const manager = new Counting();
    manager.with(contextOf(1), () => expect(manager.active().getValue(KEY)).toBe(1));
    expect(manager.calls).toBe(1);
    expect(manager).toBeInstanceOf(AsyncLocalStorageContextManager);
    expect(AsyncLocalStorageContextManager.name).toBe('AsyncLocalStorageContextManager');
  });
});

describe('F3 bind', () => {
  const manager = new AsyncLocalStorageContextManager();
  const activeValue = () => manager.active().getValue(KEY);

  test('F3 a bound function keeps length, receiver, arguments and result', () => {
    const target = function (this: unknown, a: number, b: number) {
      return { self: this, sum: a + b, value: activeValue() };
    };
    const bound = manager.bind(contextOf('bound'), target);
    expect(bound).toHaveLength(2);
    const self = { bound };
    expect(self.bound(1, 2)).toEqual({ self, sum: 3, value: 'bound' });
    expect(bound.call(undefined as never, 1, 2)).toEqual({ self: undefined, sum: 3, value: 'bound' });
  });

  test('F3 a bound class or constructor makes in the context what it makes, also below a subclass', () => {
    class Made {
      readonly key = activeValue();
      constructor(readonly value: number) {}
    }
    const Bound = manager.bind(contextOf('bound'), Made);
    const made = new Bound(5);
    expect(made).toBeInstanceOf(Made);
    expect([made.value, made.key]).toEqual([5, 'bound']);
    class Below extends Bound {}
    expect(new Below(6)).toBeInstanceOf(Below);
    expect(() => (Bound as unknown as () => void)()).toThrow(TypeError);
  });

  test('F3 what a bound function throws goes through, and the context is restored', () => {
    const error = new Error('mine');
    const bound = manager.bind(contextOf(1), () => {
      throw error;
    });
    expect(bound).toThrow(error);
    expect(manager.active()).toBe(ROOT_CONTEXT);
  });

  const ADD = ['on', 'addListener', 'once', 'prependListener', 'prependOnceListener'] as const;

  test.each(ADD)('F3 %s of a bound emitter adds in the context; off and removeListener find it', (add) => {
    for (const remove of ['off', 'removeListener'] as const) {
      const emitter = manager.bind(contextOf('bound'), new EventEmitter());
      const listener = vi.fn(() => expect(activeValue()).toBe('bound'));
      emitter[add]('event', listener);
      emitter.emit('event');
      emitter[add]('event', listener);
      emitter[remove]('event', listener);
      if (!add.toLowerCase().includes('once')) emitter[remove]('event', listener);
      emitter.emit('event');
      expect(listener).toHaveBeenCalledTimes(1);
      expect(emitter.listenerCount('event')).toBe(0);
    }
  });

  test.each(ADD)('F3 bound twice, also by another manager, %s calls a listener once', (add) => {
    const other = new AsyncLocalStorageContextManager();
    const emitter = manager.bind(contextOf('first'), new EventEmitter());
    manager.bind(contextOf('second'), emitter);
    other.bind(contextOf('other'), emitter);
    const seen: unknown[] = [];
    const listener = () => seen.push(activeValue(), other.active().getValue(KEY));
    emitter[add]('event', listener);
    emitter.emit('event');
    expect(seen).toEqual(['first', 'other']);
    emitter[add]('event', listener);
    emitter.removeListener('event', listener);
    emitter.removeListener('event', listener);
    expect(emitter.listenerCount('event')).toBe(0);
  });

  test('F3 removeAllListeners forgets, and listeners from before the binding stay as they are', () => {
    const emitter = new EventEmitter();
    const before = vi.fn(() => expect(activeValue()).toBeUndefined());
    emitter.on('event', before);
    manager.bind(contextOf('bound'), emitter);
    const listener = vi.fn();
    emitter.on('event', listener);
    emitter.emit('event');
    emitter.removeAllListeners('event');
    emitter.emit('event');
    expect([before.mock.calls.length, listener.mock.calls.length]).toEqual([1, 1]);
  });

  test('F3 a frozen emitter comes back as it was', () => {
    const emitter = Object.freeze(new EventEmitter());
    expect(manager.bind(contextOf(1), emitter)).toBe(emitter);
  });
});

describe('F4 the context survives', () => {
  const manager = new AsyncLocalStorageContextManager();
  const inside = contextOf('kept');
  const emitter = new EventEmitter();

  const ways: readonly [string, (done: (value: Context) => void) => void | Promise<void>][] = [
    ['promises', (done) => void Promise.resolve().then(() => done(manager.active()))],
    [
      'await',
      async (done) => {
        await null;
        done(manager.active());
      },
    ],
    ['setTimeout', (done) => void setTimeout(() => done(manager.active()), 0)],
    ['setImmediate', (done) => void setImmediate(() => done(manager.active()))],
    ['process.nextTick', (done) => process.nextTick(() => done(manager.active()))],
    ['queueMicrotask', (done) => queueMicrotask(() => done(manager.active()))],
    [
      'emitters that are bound',
      (done) => void manager.bind(inside, emitter).once('event', () => done(manager.active())),
    ],
  ];

  test.each(ways)('F4 %s', async (_, start) => {
    const found = new Promise<Context>((resolve) => {
      manager.with(inside, () => start(resolve));
    });
    emitter.emit('event');
    expect(await found).toBe(inside);
    expect(manager.active()).toBe(ROOT_CONTEXT);
  });
});

describe('F16 between threads', () => {
  test('F16 no context goes with a message; one that was carried by hand is active, with its baggage, where it is taken up', async () => {
    const manager = new AsyncLocalStorageContextManager().enable();
    context.setGlobalContextManager(manager);
    const { port1, port2 } = new MessageChannel();
    try {
      const baggage = propagation.createBaggage({ order: { value: '7' } });
      const inside = propagation.setBaggage(withSpan(ROOT_CONTEXT, span), baggage);
      const received = manager.with(inside, async () => {
        const message = once(port2, 'message').then(([carrier]) => ({ carrier }));
        port1.postMessage(carryContext());
        return message;
      });
      const { carrier } = await received;
      // What crossed is plain data.
      expect(carrier).toEqual({
        traceparent: `00-${span.spanContext().traceId}-${span.spanContext().spanId}-01`,
        baggage: 'order=7',
      });
      expect(manager.active()).toBe(ROOT_CONTEXT);
      withCarriedContext(carrier, () => {
        expect(trace.getActiveSpan()?.spanContext()).toMatchObject({ ...span.spanContext(), isRemote: true });
        expect(propagation.getActiveBaggage()?.getEntry('order')?.value).toBe('7');
      });
      expect(manager.active()).toBe(ROOT_CONTEXT);
    } finally {
      context.disable();
      port1.close();
    }
  });
});
