import { EventEmitter, once } from 'node:events';
import { createContextKey, ROOT_CONTEXT } from '@opentelemetry/api';
import { describe, expect, test, vi } from 'vitest';
import { AsyncLocalStorageContextManager } from '../../../src/main/context/context-manager.js';

const KEY = createContextKey('test');
const contextOf = (value: unknown) => ROOT_CONTEXT.setValue(KEY, value);
const manager = new AsyncLocalStorageContextManager();
const activeValue = () => manager.active().getValue(KEY);

describe('with', () => {
  test('nothing is active outside: the root context', () => {
    expect(manager.active()).toBe(ROOT_CONTEXT);
  });

  test('the context is active inside and gone after, also when the function throws', () => {
    const context = contextOf(1);
    expect(manager.with(context, () => manager.active())).toBe(context);
    expect(manager.active()).toBe(ROOT_CONTEXT);
    const error = new Error('mine');
    expect(() =>
      manager.with(context, () => {
        throw error;
      }),
    ).toThrow(error);
    expect(manager.active()).toBe(ROOT_CONTEXT);
  });

  test('contexts nest', () => {
    manager.with(contextOf('outer'), () => {
      manager.with(contextOf('inner'), () => expect(activeValue()).toBe('inner'));
      expect(activeValue()).toBe('outer');
    });
  });

  test('receiver, arguments and result are passed on', () => {
    const receiver = {};
    const fn = vi.fn(function (this: unknown, ...args: number[]) {
      return [this, args.length, activeValue()];
    });
    expect(manager.with(contextOf(7), fn, receiver, 1, 2, 3)).toEqual([receiver, 3, 7]);
    expect(fn.mock.calls[0]).toEqual([1, 2, 3]);
    expect(manager.with(contextOf(7), fn, undefined, 1)).toEqual([undefined, 1, 7]);
    expect(manager.with(contextOf(7), fn, receiver)).toEqual([receiver, 0, 7]);
  });

  test('it survives await, timers, immediates, microtasks, nextTick and events of other sources', async () => {
    await manager.with(contextOf('kept'), async () => {
      await null;
      expect(activeValue()).toBe('kept');
      await new Promise((resolve) => setTimeout(resolve, 1));
      expect(activeValue()).toBe('kept');
      await new Promise((resolve) => setImmediate(resolve));
      expect(activeValue()).toBe('kept');
      const values = await Promise.all([
        new Promise((resolve) => queueMicrotask(() => resolve(activeValue()))),
        new Promise((resolve) => process.nextTick(() => resolve(activeValue()))),
        new Promise((resolve) => setTimeout(() => resolve(activeValue()), 1)),
      ]);
      expect(values).toEqual(['kept', 'kept', 'kept']);
    });
  });

  test('concurrent asynchronous calls do not see each other', async () => {
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        manager.with(contextOf(i), async () => {
          for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
          return activeValue();
        }),
      ),
    );
    expect(results).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });

  test('a generator goes on in the context of who resumes it', () => {
    function* values() {
      yield activeValue();
      yield activeValue();
    }
    const iterator = manager.with(contextOf('a'), () => values());
    expect(manager.with(contextOf('b'), () => iterator.next().value)).toBe('b');
    expect(iterator.next().value).toBeUndefined();
  });

  test.each([undefined, null])('%s as the context means the root', (context) => {
    expect(manager.with(context as never, () => manager.active())).toBe(ROOT_CONTEXT);
  });
});

describe('attach', () => {
  test('the context is active until the token is disposed', async () => {
    await manager.with(contextOf('outer'), async () => {
      const token = manager.attach(contextOf('attached'));
      expect(activeValue()).toBe('attached');
      await null;
      expect(activeValue()).toBe('attached');
      token.dispose();
      expect(activeValue()).toBe('outer');
    });
    expect(manager.active()).toBe(ROOT_CONTEXT);
  });

  test('at the top, disposal gives the root back', () => {
    new AsyncLocalStorageContextManager().attach(contextOf(1)).dispose();
    const token = manager.attach(contextOf('top'));
    expect(activeValue()).toBe('top');
    token.dispose();
    expect(manager.active()).toBe(ROOT_CONTEXT);
  });
});

describe('bind to a function', () => {
  test('the function runs in its context wherever it is called, with receiver, arguments and result', () => {
    const bound = manager.bind(contextOf('bound'), function (this: unknown, a: number, b: number) {
      return { self: this, sum: a + b, value: activeValue() };
    });
    const self = { bound };
    expect(manager.with(contextOf('caller'), () => self.bound(1, 2))).toEqual({
      self,
      sum: 3,
      value: 'bound',
    });
    expect(manager.active()).toBe(ROOT_CONTEXT);
  });

  test.each([0, 1, 2, 4])('the number of declared parameters stays: %i', (length) => {
    const target = [() => {}, (_a: 1) => {}, (_a: 1, _b: 1) => {}, null, (_a: 1, _b: 1, _c: 1, _d: 1) => {}];
    expect((manager.bind(ROOT_CONTEXT, target[length]) as () => void).length).toBe(length);
  });

  test('what is neither function nor emitter comes back as it was', () => {
    for (const value of [undefined, null, 5, 'text', Symbol('s'), { on() {} }, []]) {
      expect(manager.bind(ROOT_CONTEXT, value)).toBe(value);
    }
  });
});

const ADD = ['on', 'addListener', 'once', 'prependListener', 'prependOnceListener'] as const;
const REMOVE = ['off', 'removeListener'] as const;

describe('bind to an emitter', () => {
  test.each(ADD)('listeners added by %s run in the context, with receiver and arguments', (add) => {
    const emitter = manager.bind(contextOf('bound'), new EventEmitter());
    const seen: unknown[] = [];
    emitter[add]('event', function (this: unknown, ...args: unknown[]) {
      seen.push(this, args, activeValue());
    });
    manager.with(contextOf('emitter'), () => emitter.emit('event', 1, 2));
    expect(seen).toEqual([emitter, [1, 2], 'bound']);
  });

  test.each(ADD)('a listener added by %s is found again by off and removeListener', (add) => {
    for (const remove of REMOVE) {
      const emitter = manager.bind(contextOf(1), new EventEmitter());
      const listener = vi.fn();
      emitter[add]('event', listener);
      expect(emitter.listenerCount('event')).toBe(1);
      expect(emitter[remove]('event', listener)).toBe(emitter);
      expect(emitter.listenerCount('event')).toBe(0);
      expect(emitter.emit('event')).toBe(false);
      expect(listener).not.toHaveBeenCalled();
    }
  });

  test.each(['once', 'prependOnceListener'] as const)('%s fires once, and leaves no listener', (add) => {
    const emitter = manager.bind(contextOf(1), new EventEmitter());
    const listener = vi.fn();
    emitter[add]('event', listener);
    emitter.emit('event', 'a');
    emitter.emit('event', 'b');
    expect(listener.mock.calls).toEqual([['a']]);
    expect(emitter.listenerCount('event')).toBe(0);
  });

  test('a listener added twice fires twice and is removed one at a time', () => {
    const emitter = manager.bind(contextOf(1), new EventEmitter());
    const listener = vi.fn();
    emitter.on('event', listener).on('event', listener);
    emitter.emit('event');
    expect(listener).toHaveBeenCalledTimes(2);
    emitter.off('event', listener);
    emitter.emit('event');
    expect(listener).toHaveBeenCalledTimes(3);
    emitter.off('event', listener);
    expect(emitter.listenerCount('event')).toBe(0);
  });

  test('one listener may serve two events, and is removed from each by itself', () => {
    const emitter = manager.bind(contextOf(1), new EventEmitter());
    const listener = vi.fn();
    emitter.on('a', listener).once('b', listener);
    emitter.off('a', listener);
    emitter.emit('a');
    emitter.emit('b');
    expect(listener).toHaveBeenCalledTimes(1);
  });

  test('listeners from before the binding stay outside of it, and can be removed', () => {
    const emitter = new EventEmitter();
    const before = vi.fn(() => expect(activeValue()).toBeUndefined());
    emitter.on('event', before);
    manager.bind(contextOf('bound'), emitter);
    emitter.emit('event');
    emitter.off('event', before);
    emitter.emit('event');
    expect(before).toHaveBeenCalledTimes(1);
  });

  test('prependListener goes before', () => {
    const emitter = manager.bind(contextOf(1), new EventEmitter());
    const order: string[] = [];
    emitter.on('event', () => order.push('second'));
    emitter.prependListener('event', () => order.push('first'));
    emitter.emit('event');
    expect(order).toEqual(['first', 'second']);
  });

  test.each([[], ['event']])(
    'removeAllListeners(%s) removes them, and they can be added again',
    (...args) => {
      const emitter = manager.bind(contextOf('bound'), new EventEmitter());
      const listener = vi.fn(() => expect(activeValue()).toBe('bound'));
      const other = vi.fn();
      emitter.on('event', listener).once('event', listener).on('other', other);
      expect(emitter.removeAllListeners(...(args as [string]))).toBe(emitter);
      emitter.emit('event');
      expect(listener).not.toHaveBeenCalled();
      expect(emitter.emit('other')).toBe(args.length === 1);
      emitter.on('event', listener);
      emitter.emit('event');
      expect(listener).toHaveBeenCalledTimes(1);
      emitter.off('event', listener);
      expect(emitter.listenerCount('event')).toBe(0);
    },
  );

  test('a second binding changes nothing, as with OTel JS, and wraps nothing twice', () => {
    const emitter = manager.bind(contextOf('first'), new EventEmitter());
    const seen: unknown[] = [];
    emitter.on('event', () => seen.push(activeValue()));
    manager.bind(contextOf('second'), emitter);
    const late = () => seen.push(activeValue());
    emitter.on('event', late);
    emitter.emit('event');
    expect(seen).toEqual(['first', 'first']);
    emitter.off('event', late);
    expect(emitter.listenerCount('event')).toBe(1);
  });

  test("events.once and the emitter's own methods work on", async () => {
    const emitter = manager.bind(contextOf(1), new EventEmitter());
    const got = once(emitter, 'event');
    emitter.emit('event', 'value');
    expect(await got).toEqual(['value']);
    expect(emitter.eventNames()).toEqual([]);
    const listener = () => {};
    emitter.once('event', listener).on('event', listener);
    expect(emitter.listeners('event')).toEqual([listener, listener]);
  });

  test('symbols are events too, and a wrong listener is refused as Node does', () => {
    const emitter = manager.bind(contextOf('bound'), new EventEmitter());
    const event = Symbol('event');
    const seen: unknown[] = [];
    emitter.once(event, () => seen.push(activeValue()));
    emitter.emit(event);
    expect(seen).toEqual(['bound']);
    expect(() => emitter.on('event', undefined as never)).toThrow(TypeError);
  });
});
