// Section F of the checklist: propagators (F5 to F15). Where the official propagators are right they are the oracle.

import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { validateHeaderName, validateHeaderValue } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  baggageEntryMetadataFromString,
  type Context,
  createContextKey,
  DiagLogLevel,
  defaultTextMapGetter,
  defaultTextMapSetter,
  diag,
  propagation,
  ROOT_CONTEXT,
  type SpanContext,
  type TextMapPropagator,
  trace,
} from '@opentelemetry/api';
import * as core from '@opentelemetry/core';
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { B3InjectEncoding, B3Propagator } from '../../../src/main/propagation/b3.js';
import { W3CBaggagePropagator } from '../../../src/main/propagation/baggage.js';
import { CompositePropagator } from '../../../src/main/propagation/composite.js';
import { createPropagator } from '../../../src/main/propagation/create-propagator.js';
import {
  EnvironmentGetter,
  EnvironmentSetter,
  environmentKey,
} from '../../../src/main/propagation/environment-carrier.js';
import { JaegerPropagator } from '../../../src/main/propagation/jaeger.js';
import { W3CTraceContextPropagator } from '../../../src/main/propagation/trace-context.js';
import { TraceState } from '../../../src/main/propagation/trace-state.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';
const PARENT = `00-${TRACE}-${SPAN}-01`;

type Headers = Record<string, unknown>;

function extract(propagator: TextMapPropagator, headers: Headers, context = ROOT_CONTEXT): Context {
  return propagator.extract(context, headers, defaultTextMapGetter);
}

function inject(propagator: TextMapPropagator, context: Context): Record<string, string> {
  const headers = {};
  propagator.inject(context, headers, defaultTextMapSetter);
  return headers;
}

const spanOf = (context: Context) => trace.getSpanContext(context);
const contextOf = (span: Partial<SpanContext>) =>
  trace.setSpanContext(ROOT_CONTEXT, { traceId: TRACE, spanId: SPAN, traceFlags: 1, ...span });
const withBaggage = (entries: Record<string, { value: string }>, context = ROOT_CONTEXT) =>
  propagation.setBaggage(context, propagation.createBaggage(entries));

const all: readonly [string, () => TextMapPropagator][] = [
  ['W3CTraceContextPropagator', () => new W3CTraceContextPropagator()],
  ['W3CBaggagePropagator', () => new W3CBaggagePropagator()],
  ['B3Propagator', () => new B3Propagator()],
  ['B3Propagator of several headers', () => new B3Propagator({ injectEncoding: 1 })],
  ['JaegerPropagator', () => new JaegerPropagator()],
  ['CompositePropagator', () => new CompositePropagator({ propagators: [new W3CTraceContextPropagator()] })],
];

afterEach(() => diag.disable());

describe('F5 the propagator interface', () => {
  const names = [
    'traceparent',
    'tracestate',
    'baggage',
    'b3',
    'x-b3-traceid',
    'x-b3-spanid',
    'x-b3-sampled',
    'x-b3-flags',
    'uber-trace-id',
    'uberctx-k',
  ];
  const hostile = new Proxy(() => {}, {
    get() {
      throw new Error('get');
    },
    has() {
      throw new Error('has');
    },
    ownKeys() {
      throw new Error('ownKeys');
    },
  });
  /** fast-check looks into the values that it makes: what throws is put in afterwards. */
  const SWAPPED = new Map<unknown, unknown>([
    ['hostile', hostile],
    ['hostile list', [hostile]],
  ]);
  const value = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
    fc.stringMatching(/^0[0-9a-f]-[0-9a-f]{30,34}-[0-9a-f]{14,18}-[0-9a-f]{1,3}(-.*)?$/),
    fc.stringMatching(/^[0-9a-f]{15,33}[:-][0-9a-f]{15,17}([:-][0-9a-fd]){0,3}$/),
    fc.anything({ withBigInt: true, withNullPrototype: true, withObjectString: true }),
    fc.array(fc.anything()),
    fc.constantFrom(...SWAPPED.keys()),
  );

  test.each(all)('F5 extract of %s never throws, and gives valid ids or the context it got', (_, create) => {
    const propagator = create();
    const context = ROOT_CONTEXT.setValue(createContextKey('mine'), 1);
    fc.assert(
      fc.property(fc.tuple(...names.map(() => value)), (values) => {
        const headers = Object.fromEntries(values.map((drawn, i) => [names[i], SWAPPED.get(drawn) ?? drawn]));
        const extracted = extract(propagator, headers, context);
        const span = spanOf(extracted);
        if (span !== undefined) {
          expect(span.traceId).toMatch(/^(?!0{32})[0-9a-f]{32}$/);
          expect(span.spanId).toMatch(/^(?!0{16})[0-9a-f]{16}$/);
          expect(span.isRemote).toBe(true);
        } else if (propagation.getBaggage(extracted) === undefined) {
          expect(extracted).toBe(context);
        }
      }),
      { numRuns: 400 },
    );
  });

  test.each(all)('F5 a carrier, a getter, a setter that throw leave %s calm', (_, create) => {
    const propagator = create();
    const throwing = {
      get() {
        throw new Error('get');
      },
      keys() {
        throw null;
      },
      set() {
        throw new Error('set');
      },
    };
    const context = withBaggage({ a: { value: '1' } }, contextOf({}));
    expect(propagator.extract(context, {}, throwing)).toBe(context);
    expect(propagator.extract(context, hostile, defaultTextMapGetter)).toBe(context);
    for (const carrier of [undefined, null, 5, 'text', Symbol('s')]) {
      expect(propagator.extract(context, carrier, defaultTextMapGetter)).toBe(context);
      expect(() => propagator.inject(context, carrier, defaultTextMapSetter)).not.toThrow();
    }
    expect(() => propagator.inject(context, {}, throwing)).not.toThrow();
    expect(() => propagator.inject(undefined as never, {}, throwing)).not.toThrow();
    expect(propagator.fields().length).toBeGreaterThan(0);
  });

  test.each(all)('F5 %s is bounded: headers of megabytes take it no time', (_, create) => {
    const propagator = create();
    const long = 'a=1,'.repeat(2_000_000);
    const many = Array.from({ length: 100_000 }, () => 'k=v');
    const headers = Object.fromEntries(names.map((name, i) => [name, i % 2 === 0 ? long : many]));
    const swapped = Object.fromEntries(names.map((name, i) => [name, i % 2 === 1 ? long : many]));
    const start = performance.now();
    extract(propagator, { ...headers, traceparent: PARENT });
    extract(propagator, { ...swapped, traceparent: PARENT });
    expect(performance.now() - start).toBeLessThan(1000);
  });
});

describe('F6 composite propagators', () => {
  const named = (name: string, log: string[]): TextMapPropagator => ({
    inject: (_context, carrier, setter) => {
      log.push(name);
      setter.set(carrier, 'shared', name);
    },
    extract: (context) => {
      log.push(name);
      return context.setValue(createContextKey('shared'), name);
    },
    fields: () => ['shared', name],
  });
  const failing: TextMapPropagator = {
    inject() {
      throw null;
    },
    extract() {
      throw new Error('extract');
    },
    fields() {
      throw new Error('fields');
    },
  };

  test('F6 they run in the order given, the later one wins, fields are listed once', () => {
    const log: string[] = [];
    const composite = new CompositePropagator({ propagators: [named('a', log), named('b', log)] });
    expect(inject(composite, ROOT_CONTEXT)).toEqual({ shared: 'b' });
    expect(extract(composite, {}).getValue(createContextKey('shared'))).toBe('b');
    expect(log).toEqual(['a', 'b', 'a', 'b']);
    expect(composite.fields()).toEqual(['shared', 'a', 'b']);
  });

  test('F6 one that fails, or answers with no context, does not stop the others', () => {
    const log: string[] = [];
    const liar = { ...named('liar', []), extract: () => 'context' as never };
    const composite = new CompositePropagator({ propagators: [failing, named('a', log), liar, failing] });
    expect(inject(composite, ROOT_CONTEXT)).toEqual({ shared: 'liar' });
    expect(extract(composite, {}).getValue(createContextKey('shared'))).toBe('a');
    expect(composite.fields()).toEqual(['shared', 'a', 'liar']);
  });

  test('F6 without configuration it does nothing', () => {
    expect(inject(new CompositePropagator(), contextOf({}))).toEqual({});
    expect(extract(new CompositePropagator(), { traceparent: PARENT })).toBe(ROOT_CONTEXT);
  });

  test('F6 the propagators of OTEL_PROPAGATORS keep their order; without one there is none', () => {
    expect(createPropagator(['b3', 'baggage', 'b3multi', 'jaeger', 'tracecontext'])?.fields()).toEqual([
      'b3',
      'baggage',
      'x-b3-traceid',
      'x-b3-spanid',
      'x-b3-flags',
      'x-b3-sampled',
      'uber-trace-id',
      'traceparent',
      'tracestate',
    ]);
    expect(createPropagator(['none'])).toBeUndefined();
  });

  test('F6 xray and ottrace are left out with one warning that names the package', () => {
    const warn = vi.fn();
    const logger = { warn, error: vi.fn(), info: vi.fn(), debug: vi.fn(), verbose: vi.fn() };
    diag.setLogger(logger, { logLevel: DiagLogLevel.ALL, suppressOverrideMessage: true });
    expect(createPropagator(['xray', 'baggage', 'ottrace'])?.fields()).toEqual(['baggage']);
    expect(warn.mock.calls.map(([text]) => /npm install (\S+)\)/.exec(text)?.[1])).toEqual([
      '@opentelemetry/propagator-aws-xray',
      '@opentelemetry/propagator-ot-trace',
    ]);
    expect(warn).toHaveBeenCalledTimes(2);
  });
});

test.each([
  ['xray', '@opentelemetry/propagator-aws-xray', 'AWSXRayPropagator'],
  ['ottrace', '@opentelemetry/propagator-ot-trace', 'OTTracePropagator'],
] as const)(
  'F6 %s is the one of the package that the application has installed',
  (name, packageName, className) => {
    const directory = mkdtempSync(join(tmpdir(), 'offloop-propagator-'));
    const folder = join(directory, 'node_modules', packageName);
    mkdirSync(folder, { recursive: true });
    const code = `exports.${className} = class {
    inject(context, carrier, setter) { setter.set(carrier, 'vendor', 'sent'); }
    extract(context, carrier, getter) { return context.setValue(Symbol.for('vendor'), getter.get(carrier, 'vendor')); }
    fields() { return ['vendor']; }
  }`;
    writeFileSync(join(folder, 'index.js'), code);
    const cwd = vi.spyOn(process, 'cwd').mockReturnValue(directory);
    try {
      const propagator = createPropagator([name, 'baggage']) as TextMapPropagator;
      expect(propagator.fields()).toEqual(['vendor', 'baggage']);
      expect(inject(propagator, contextOf({}))).toEqual({ vendor: 'sent' });
      expect(extract(propagator, { vendor: 'got' }).getValue(Symbol.for('vendor'))).toBe('got');
      writeFileSync(join(folder, 'index.js'), 'throw new Error("broken package")');
      const broken = createPropagator([name, 'tracecontext']) as TextMapPropagator;
      delete createRequire(join(directory, 'x.js')).cache[realpathSync(join(folder, 'index.js'))];
      expect(inject(broken, contextOf({}))).toEqual({ traceparent: PARENT });
    } finally {
      cwd.mockRestore();
      rmSync(directory, { recursive: true });
    }
  },
);

describe('F7 traceparent', () => {
  const propagator = new W3CTraceContextPropagator();

  test.each([
    PARENT,
    ` ${PARENT}\t`,
    `cc-${TRACE}-${SPAN}-01`,
    `cc-${TRACE}-${SPAN}-01-what-the-future-brings`,
  ])('F7 %j is accepted', (traceparent) => {
    expect(spanOf(extract(propagator, { traceparent }))).toEqual({
      traceId: TRACE,
      spanId: SPAN,
      traceFlags: 1,
      isRemote: true,
    });
  });

  test.each([
    ['upper case', `00-${TRACE.toUpperCase()}-${SPAN}-01`],
    ['version ff', `ff-${TRACE}-${SPAN}-01`],
    ['version 00 with more', `00-${TRACE}-${SPAN}-01-more`],
    ['version 00 with a dash', `00-${TRACE}-${SPAN}-01-`],
    ['a later version without a dash', `cc-${TRACE}-${SPAN}-01more`],
    ['a trace id of zeros', `00-${'0'.repeat(32)}-${SPAN}-01`],
    ['a span id of zeros', `00-${TRACE}-${'0'.repeat(16)}-01`],
    ['one flag digit', `00-${TRACE}-${SPAN}-1`],
    ['three flag digits', `00-${TRACE}-${SPAN}-0ff`],
    ['no version', `${TRACE}-${SPAN}-01`],
    ['nothing', ''],
    ['a short trace id', `00-${TRACE.slice(1)}-${SPAN}-01`],
    ['two of them joined', `${PARENT}, ${PARENT}`],
    ['a line break', `cc-${TRACE}-${SPAN}-01-\nx`],
  ])('F7 %s is refused, and the tracestate with it', (_, traceparent) => {
    expect(extract(propagator, { traceparent, tracestate: 'a=1' })).toBe(ROOT_CONTEXT);
  });

  test('F7 what is injected is lower case, whoever made the ids', () => {
    expect(inject(propagator, contextOf({ traceId: TRACE.toUpperCase() })).traceparent).toBe(PARENT);
    expect(inject(propagator, contextOf({ traceId: 'none' }))).toEqual({});
  });

  test('F7 what the official propagator makes of valid headers is made of them here', () => {
    const official = new core.W3CTraceContextPropagator();
    const hex = (length: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${length - 1}}[1-9a-f]$`));
    const key = fc.stringMatching(/^[a-z][a-z0-9_*/-]{0,8}(@[a-z]{1,4})?$/);
    const member = fc.tuple(key, fc.stringMatching(/^[!-+.-<>-~]{1,6}$/));
    const members = fc.uniqueArray(member, { selector: ([name]) => name, minLength: 1, maxLength: 20 });
    const version = fc.stringMatching(/^([0-9a-e][0-9a-f]|f[0-9a-e])$/);
    fc.assert(
      fc.property(version, hex(32), hex(16), fc.integer({ min: 0, max: 255 }), members, (...parts) => {
        const [lead, traceId, spanId, flags, states] = parts;
        const headers = {
          traceparent: `${lead}-${traceId}-${spanId}-${flags.toString(16).padStart(2, '0')}`,
          tracestate: states.map((state) => state.join('=')).join(', '),
        };
        const mine = spanOf(extract(propagator, headers));
        const theirs = spanOf(extract(official, headers));
        expect(mine).toMatchObject({ traceId, spanId, traceFlags: flags, isRemote: true });
        expect({ ...mine, traceState: undefined }).toEqual({ ...theirs, traceState: undefined });
        expect(mine?.traceState?.serialize()).toBe(theirs?.traceState?.serialize());
        const sent = contextOf({ ...theirs, traceFlags: flags & 3 });
        expect(inject(propagator, sent)).toEqual(inject(official, sent));
      }),
    );
  });
});

describe('F8 trace flags', () => {
  const propagator = new W3CTraceContextPropagator();

  test.each([
    [0x00, '00'],
    [0x01, '01'],
    [0x02, '02'],
    [0x03, '03'],
    [0x04, '00'],
    [0x10, '00'],
    [0xff, '03'],
    [0x1ff, '03'],
    [Number.NaN, '00'],
    [undefined as never, '00'],
  ])('F8 %s is written as %s: two digits, unknown bits zero, the random bit kept', (traceFlags, digits) => {
    expect(inject(propagator, contextOf({ traceFlags })).traceparent).toBe(`00-${TRACE}-${SPAN}-${digits}`);
  });

  test('F8 a random flag that comes in goes out', () => {
    const context = extract(propagator, { traceparent: `00-${TRACE}-${SPAN}-03` });
    expect(inject(propagator, context).traceparent).toBe(`00-${TRACE}-${SPAN}-03`);
  });
});

describe('F9 tracestate', () => {
  const propagator = new W3CTraceContextPropagator();
  const stateOf = (tracestate: unknown) =>
    spanOf(extract(propagator, { traceparent: PARENT, tracestate }))?.traceState?.serialize();
  const numbered = (count: number) => Array.from({ length: count }, (_, i) => `k${i}=v`);

  test('F9 32 members are kept, the 33rd is not', () => {
    expect(stateOf(numbered(32).join())).toBe(numbered(32).join());
    expect(stateOf(numbered(33).join())).toBe(numbered(32).join());
  });

  test('F9 several headers are joined in their order', () => {
    expect(stateOf(['a=1', 'b=2,c=3'])).toBe('a=1,b=2,c=3');
  });

  test('F9 members that are none are dropped, the others stay', () => {
    expect(stateOf('a=1,,b,=2,C=3,d=4=4,e= 5 ,f=ü,0g=6,h@i=7, ')).toBe('a=1,e= 5,0g=6,h@i=7');
  });

  test('F9 512 characters are carried; of more, long members go first and then the oldest', () => {
    const full = `a=${'x'.repeat(100)},b=${'y'.repeat(256)},c=${'z'.repeat(100)},${'k'.repeat(45)}=1`;
    expect(full).toHaveLength(512);
    expect(stateOf(full)).toBe(full);
    expect(stateOf(`${full},z=1`)).toBe(`${full.replace(/,b=y+/, '')},z=1`);
    const short = Array.from({ length: 30 }, (_, i) => `key${i}=${'v'.repeat(20)}`);
    const kept = stateOf(short.join()) as string;
    expect(kept.length).toBeLessThanOrEqual(512);
    expect(short.join().startsWith(kept)).toBe(true);
    expect(kept.length).toBeGreaterThan(512 - 30);
  });

  test('F9 what lies beyond 8192 characters is not looked at', () => {
    expect(stateOf(`${','.repeat(8188)}a=1,`)).toBe('a=1');
    expect(stateOf(`${','.repeat(8190)}a=1`)).toBe('');
    expect(stateOf([...Array(8).fill(','.repeat(1024)), 'a=1'])).toBe('');
  });

  test('F9 an empty tracestate is not written', () => {
    for (const traceState of [new TraceState(), new TraceState('WRONG')]) {
      expect(inject(propagator, contextOf({ traceState }))).toEqual({ traceparent: PARENT });
    }
  });

  test('F9 a trace state that throws, or cannot be a header, leaves the traceparent', () => {
    for (const serialize of [() => 'a=\r\nb', () => 5, () => Promise.reject, () => JSON.parse('{')]) {
      const traceState = { serialize } as never;
      expect(inject(propagator, contextOf({ traceState }))).toEqual({ traceparent: PARENT });
    }
  });

  test('F9 a change makes a new state, with the changed member first', () => {
    const state = new TraceState('a=1,b=2');
    expect(state.set('b', '3').serialize()).toBe('b=3,a=1');
    expect(state.set('c', '4').serialize()).toBe('c=4,a=1,b=2');
    expect(state.unset('a').serialize()).toBe('b=2');
    expect([state.unset('x'), state.set('C', '1'), state.set('c', 'a,b')]).toEqual([state, state, state]);
    expect(state.serialize()).toBe('a=1,b=2');
    expect(state.get('b')).toBe('2');
    const full = new TraceState(numbered(32).join());
    expect(full.set('new', '1').serialize()).toBe(`new=1,${numbered(31).join()}`);
  });
});

test('F10 more than one traceparent header is none', () => {
  const propagator = new W3CTraceContextPropagator();
  expect(extract(propagator, { traceparent: [PARENT, PARENT] })).toBe(ROOT_CONTEXT);
  expect(extract(propagator, { traceparent: [] })).toBe(ROOT_CONTEXT);
  expect(spanOf(extract(propagator, { traceparent: [PARENT] }))?.traceId).toBe(TRACE);
});

describe('F11 baggage', () => {
  const propagator = new W3CBaggagePropagator();
  const entriesOf = (baggage: unknown) =>
    propagation
      .getBaggage(extract(propagator, { baggage }))
      ?.getAllEntries()
      .map(([key, entry]) => [key, entry.value, entry.metadata?.toString()]);

  test('F11 percent-encoding and metadata come through both ways', () => {
    const text = 'user=Zo%C3%AB%2C%207;prop=1;q,plain=x';
    expect(entriesOf(text)).toEqual([
      ['user', 'Zoë, 7', 'prop=1;q'],
      ['plain', 'x', undefined],
    ]);
    const metadata = baggageEntryMetadataFromString('prop=1;q');
    const context = withBaggage({ user: { value: 'Zoë, 7', metadata } as never, plain: { value: 'x' } });
    expect(inject(propagator, context)).toEqual({ baggage: text });
  });

  test('F11 64 entries of 8192 bytes in all pass', () => {
    const value = 'v'.repeat(8192 / 64 - 5);
    const text = Array.from({ length: 64 }, (_, i) => `k${String(i).padStart(2, '0')}=${value}`)
      .join()
      .padEnd(8192, 'v');
    expect(text).toHaveLength(8192);
    expect(entriesOf(text)).toHaveLength(64);
    expect(inject(propagator, extract(propagator, { baggage: text }))).toEqual({ baggage: text });
  });

  test('F11 of a longer header the members within 8192 bytes are read, and no part of one', () => {
    const text = `${'a'.repeat(4000)}=1,${'b'.repeat(4000)}=1,cc=${'1'.repeat(400)}`;
    expect(entriesOf(text)?.map(([key]) => key?.[0])).toEqual(['a', 'b']);
    expect(entriesOf(text.split(','))?.map(([key]) => key?.[0])).toEqual(['a', 'b']);
    expect(entriesOf('x'.repeat(9000))).toBeUndefined();
    expect(entriesOf(`${','.repeat(8188)}a=1,`)).toEqual([['a', '1', undefined]]);
    expect(entriesOf(`${','.repeat(8190)}a=1`)).toBeUndefined();
  });

  test('F11 the last one of equal names counts', () => {
    expect(entriesOf('a=1,b=2,a=3')).toEqual([
      ['a', '3', undefined],
      ['b', '2', undefined],
    ]);
  });

  test('F11 one member may have all of the 8192 bytes, and not one more', () => {
    for (const length of [4097, 8191, 8192]) {
      const baggage = `k=${'v'.repeat(length - 2)}`;
      expect(entriesOf(baggage)?.[0]?.[1], String(length)).toHaveLength(length - 2);
      expect(inject(propagator, extract(propagator, { baggage }))).toEqual({ baggage });
    }
    const long = (length: number) => withBaggage({ k: { value: 'v'.repeat(length - 2) }, l: { value: '1' } });
    expect(inject(propagator, long(8192)).baggage).toHaveLength(8192);
    // What fits goes out all the same.
    expect(inject(propagator, long(8193))).toEqual({ baggage: 'l=1' });
  });

  test('F11 180 entries are read and written, and not one more', () => {
    const members = Array.from({ length: 181 }, (_, i) => `k${i}=v`);
    expect(entriesOf(members.join())).toHaveLength(180);
    const context = withBaggage(Object.fromEntries(members.map((_, i) => [`k${i}`, { value: 'v' }])));
    expect(inject(propagator, context)).toEqual({ baggage: members.slice(0, 180).join() });
  });

  test('F11 empty values and every name come through', () => {
    const entries = { empty: { value: '' }, ['__proto__']: { value: 'p' }, 'a (b)': { value: '1' } };
    const { baggage } = inject(propagator, withBaggage(entries));
    expect(baggage).toBe('empty=,__proto__=p,a%20%28b%29=1');
    expect(entriesOf(baggage)).toEqual([
      ['empty', '', undefined],
      ['__proto__', 'p', undefined],
      ['a (b)', '1', undefined],
    ]);
  });

  test('F11 octets that are no UTF-8 become U+FFFD, a lone % is itself', () => {
    expect(entriesOf('a=%ffb%,c=%e2%82%ac%zz,d=%E2%82')).toEqual([
      ['a', '\ufffdb%', undefined],
      ['c', '€%zz', undefined],
      ['d', '\ufffd', undefined],
    ]);
  });

  test.each(['a\r\nx-injected: 1', 'ü', 'a,b=c', '\u0000'])(
    'F11 J1 metadata %j, which no header can carry, is left out; node:http takes what is injected',
    (text) => {
      const metadata = baggageEntryMetadataFromString(text);
      const context = withBaggage({
        '\ud800': { value: '\udfff' },
        user: { value: 'x', metadata } as never,
        other: { value: '1', metadata: { toString: () => fail() } } as never,
      });
      const fail = (): never => {
        throw new Error('of the application');
      };
      const headers = inject(propagator, context);
      expect(headers).toEqual({ baggage: '%EF%BF%BD=%EF%BF%BD,user=x,other=1' });
      expect(() => validateHeaderValue('baggage', headers.baggage ?? '')).not.toThrow();
    },
  );

  test('F11 random baggage goes through, and comes as from the official propagator', () => {
    const official = new core.W3CBaggagePropagator();
    const key = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
    const text = fc.string({ unit: 'binary', maxLength: 12 }).map((drawn) => drawn.toWellFormed());
    fc.assert(
      fc.property(fc.dictionary(key, text, { minKeys: 1, maxKeys: 20, noNullPrototype: true }), (plain) => {
        const entries = Object.entries(plain).map(([name, value]) => [name, { value }] as const);
        const context = withBaggage(Object.fromEntries(entries));
        const headers = inject(propagator, context);
        expect(() => validateHeaderValue('baggage', headers.baggage ?? '')).not.toThrow();
        const got = propagation.getBaggage(extract(propagator, headers))?.getAllEntries();
        expect(got).toEqual(entries);
        // It leaves out empty values, and has no name __proto__.
        const known = entries.filter(([name, { value }]) => value !== '' && name !== '__proto__');
        const theirs = propagation.getBaggage(extract(official, headers))?.getAllEntries() ?? [];
        expect(theirs).toEqual(known);
      }),
      { examples: [[{ a: '' }], [{ ['__proto__']: 'x' }]] },
    );
  });
});

describe('F12 B3', () => {
  const single = new B3Propagator();
  const multi = new B3Propagator({ injectEncoding: B3InjectEncoding.MULTI_HEADER });
  const headers = { 'x-b3-traceid': TRACE, 'x-b3-spanid': SPAN, 'x-b3-sampled': '1' };

  test('F12 the single header is extracted first, then several', () => {
    const other = 'aaaabbbbccccddddaaaabbbbccccdddd';
    expect(spanOf(extract(single, { ...headers, b3: `${other}-${SPAN}-0` }))).toEqual({
      traceId: other,
      spanId: SPAN,
      traceFlags: 0,
      isRemote: true,
    });
    expect(spanOf(extract(single, headers))).toMatchObject({ traceId: TRACE, traceFlags: 1 });
    for (const b3 of [
      '',
      'none',
      '0',
      `x${other}-${SPAN}-1`,
      `${other}-${SPAN}-x`,
      `${'0'.repeat(32)}-${SPAN}`,
    ]) {
      expect(spanOf(extract(single, { ...headers, b3 }))?.traceId).toBe(TRACE);
    }
  });

  test('F12 the single header is injected, several by option; never a parent span id', () => {
    expect(inject(single, contextOf({}))).toEqual({ b3: `${TRACE}-${SPAN}-1` });
    expect(inject(single, contextOf({ traceFlags: 2 }))).toEqual({ b3: `${TRACE}-${SPAN}-0` });
    expect(inject(multi, contextOf({}))).toEqual(headers);
    expect(inject(multi, contextOf({ traceFlags: 2 }))).toEqual({ ...headers, 'x-b3-sampled': '0' });
  });

  test.each([
    [true, 1],
    [1, 1],
    ['TRUE', 1],
    [false, 0],
    [0, 0],
  ])('F12 a sampled flag of %j in a carrier that is an object of values counts', (flag, traceFlags) => {
    const carrier: Record<string, unknown> = { ...headers, 'x-b3-sampled': flag };
    const got = single.extract(ROOT_CONTEXT, carrier, defaultTextMapGetter);
    expect(spanOf(got)).toEqual({ traceId: TRACE, spanId: SPAN, traceFlags, isRemote: true });
  });

  test('F12 the fields are those that the format writes', () => {
    expect(single.fields()).toEqual(['b3']);
    expect(multi.fields().sort()).toEqual(['x-b3-flags', 'x-b3-sampled', 'x-b3-spanid', 'x-b3-traceid']);
  });

  test('F12 the debug flag is kept from each encoding to each, and implies sampled', () => {
    const { 'x-b3-sampled': _, ...ids } = headers;
    for (const received of [{ b3: `${TRACE}-${SPAN}-d` }, { ...ids, 'x-b3-flags': '1' }]) {
      const context = extract(single, received);
      expect(spanOf(context)?.traceFlags).toBe(1);
      expect(inject(single, context)).toEqual({ b3: `${TRACE}-${SPAN}-d` });
      expect(inject(multi, context)).toEqual({ ...ids, 'x-b3-flags': '1' });
    }
  });

  test('F12 64-bit trace ids are padded, upper case is accepted, several equal headers are none', () => {
    expect(spanOf(extract(single, { b3: `${SPAN}-${SPAN}-1` }))?.traceId).toBe(`${'0'.repeat(16)}${SPAN}`);
    expect(spanOf(extract(single, { ...headers, 'x-b3-traceid': TRACE.toUpperCase() }))?.traceId).toBe(TRACE);
    expect(extract(single, { ...headers, 'x-b3-traceid': [TRACE, TRACE] })).toBe(ROOT_CONTEXT);
  });
});

describe('F13 Jaeger', () => {
  const propagator = new JaegerPropagator();

  test('F13 ids and baggage go through headers and come back', () => {
    const sent = inject(propagator, withBaggage({ user: { value: 'Zoë' } }, contextOf({ traceFlags: 3 })));
    expect(sent).toEqual({ 'uber-trace-id': `${TRACE}:${SPAN}:0:01`, 'uberctx-user': 'Zo%C3%AB' });
    const context = extract(propagator, sent);
    expect(spanOf(context)).toEqual({ traceId: TRACE, spanId: SPAN, traceFlags: 1, isRemote: true });
    expect(propagation.getBaggage(context)?.getEntry('user')?.value).toBe('Zoë');
  });

  test.each([
    [`${TRACE}:${SPAN}:0:1`, TRACE, 1],
    [`${TRACE}%3A${SPAN}%3A0%3A1`, TRACE, 1],
    [`1:${SPAN}::00`, '1'.padStart(32, '0'), 0],
    [`${TRACE}:${SPAN}:0:2`, TRACE, 1],
    [`${TRACE}:${SPAN}:0:4`, TRACE, 0],
  ])('F13 %s is accepted', (header, traceId, traceFlags) => {
    expect(spanOf(extract(propagator, { 'uber-trace-id': header }))).toMatchObject({ traceId, traceFlags });
  });

  test.each([
    '',
    'x',
    `0:${SPAN}:0:1`,
    `${TRACE}:0:0:1`,
    `${TRACE}:${SPAN}:0`,
    `${TRACE}:${SPAN}:0:1:2`,
    '%',
  ])('F13 %j is refused', (header) => {
    expect(extract(propagator, { 'uber-trace-id': header })).toBe(ROOT_CONTEXT);
  });

  test('F13 J1 baggage whose name is no header name is left out, half a surrogate pair is replaced', () => {
    const entries = {
      'a b': { value: '1' },
      'x\r\ny': { value: '2' },
      ü: { value: '3' },
      ok: { value: '\ud800' },
    };
    const headers = inject(new JaegerPropagator(), withBaggage(entries, contextOf({})));
    expect(Object.keys(headers)).toEqual(['uber-trace-id', 'uberctx-ok']);
    expect(headers['uberctx-ok']).toBe('%EF%BF%BD');
    for (const [name, value] of Object.entries(headers)) {
      expect(() => validateHeaderName(name)).not.toThrow();
      expect(() => validateHeaderValue(name, value)).not.toThrow();
    }
  });

  test('F13 header and prefix can be others', () => {
    const custom = new JaegerPropagator({ customTraceHeader: 'my-id', customBaggageHeaderPrefix: 'My' });
    const headers = inject(custom, withBaggage({ k: { value: 'v' } }, contextOf({})));
    expect(headers).toEqual({ 'my-id': `${TRACE}:${SPAN}:0:01`, 'My-k': 'v' });
    expect(propagation.getBaggage(extract(custom, { 'my-k': 'v' }))?.getEntry('k')?.value).toBe('v');
    expect(custom.fields()).toEqual(['my-id']);
  });
});

test('F13 of a Jaeger baggage header that came more than once the first line counts', () => {
  const carrier = { 'uberctx-user': ['Zo%C3%AB', 'Ann'] };
  const got = new JaegerPropagator().extract(ROOT_CONTEXT, carrier, defaultTextMapGetter);
  expect(propagation.getBaggage(got)?.getEntry('user')?.value).toBe('Zoë');
});

describe('F14 environment variables as a carrier', () => {
  test.each([
    ['traceparent', 'TRACEPARENT'],
    ['x-b3-traceid', 'X_B3_TRACEID'],
    ['uberctx-ä.b', 'UBERCTX___B'],
    ['2nd', '_2ND'],
    ['', '_'],
  ])('F14 the key %j becomes %j', (key, name) => {
    expect(environmentKey(key)).toBe(name);
    expect(name).toMatch(/^[A-Z_][A-Z0-9_]*$/);
  });

  test('F14 any propagator goes through it, and process.env is left alone', () => {
    const before = { ...process.env };
    const env: Record<string, string | undefined> = { PATH: '/bin' };
    const composite = createPropagator(['tracecontext', 'baggage', 'b3multi']) as TextMapPropagator;
    const context = withBaggage({ a: { value: '1' } }, contextOf({ traceState: new TraceState('s=1') }));
    composite.inject(context, env, new EnvironmentSetter());
    expect(env).toEqual({
      PATH: '/bin',
      TRACEPARENT: PARENT,
      TRACESTATE: 's=1',
      BAGGAGE: 'a=1',
      X_B3_TRACEID: TRACE,
      X_B3_SPANID: SPAN,
      X_B3_SAMPLED: '1',
    });
    const extracted = composite.extract(ROOT_CONTEXT, env, new EnvironmentGetter());
    expect(spanOf(extracted)).toMatchObject({ traceId: TRACE, spanId: SPAN });
    expect(propagation.getBaggage(extracted)?.getEntry('a')?.value).toBe('1');
    expect({ ...process.env }).toEqual(before);
    expect(new EnvironmentGetter().keys(env)).toContain('TRACEPARENT');
  });

  test('F14 without a carrier the getter reads process.env as it is, and the setter writes to its own', () => {
    const names = ['TRACEPARENT', 'BAGGAGE', 'not-a-key'];
    const before = names.map((name) => process.env[name]);
    const env: Record<string, string | undefined> = {};
    const propagator = new CompositePropagator({
      propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()],
    });
    try {
      const getter = new EnvironmentGetter();
      process.env.TRACEPARENT = PARENT;
      process.env.BAGGAGE = 'a=1';
      process.env['not-a-key'] = 'not read';
      const extracted = propagator.extract(ROOT_CONTEXT, undefined, getter);
      expect(spanOf(extracted)).toMatchObject({ traceId: TRACE, spanId: SPAN });
      expect(getter.get(undefined, 'not-a-key')).toBeUndefined();
      expect(getter.keys()).toContain('BAGGAGE');
      expect(getter.keys()).not.toContain('not-a-key');
      propagator.inject(extracted, undefined, new EnvironmentSetter(env));
      propagator.inject(extracted, undefined, new EnvironmentSetter());
    } finally {
      names.forEach((name, i) => {
        if (before[i] === undefined) delete process.env[name];
        else process.env[name] = before[i];
      });
    }
    expect(env).toEqual({ TRACEPARENT: PARENT, BAGGAGE: 'a=1' });
  });
});

test.each(all)('F15 in a context that suppresses tracing %s injects nothing', (_, create) => {
  const context = withBaggage({ a: { value: '1' } }, contextOf({}));
  expect(Object.keys(inject(create(), context))).not.toEqual([]);
  expect(inject(create(), core.suppressTracing(context))).toEqual({});
});
