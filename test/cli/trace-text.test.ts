import { expect, test } from 'vitest';
import { drawTrace } from '../../src/cli/trace/trace-text.js';
import { buildTraceTree } from '../../src/cli/trace/trace-tree.js';
import { plainSpan, stringAttribute } from './span-fixtures.js';

const TRACE = 'ab'.repeat(16);
const START = 1_700_000_000_000_000_000n;
const at = (startMicros: number, endMicros: number) => ({
  startUnixNanos: START + BigInt(startMicros) * 1_000n,
  endUnixNanos: START + BigInt(endMicros) * 1_000n,
});
const draw = (...spans: Parameters<typeof plainSpan>[]) =>
  drawTrace(
    buildTraceTree(
      TRACE,
      spans.map((span) => plainSpan(...span)),
    ),
  );

test('draws a trace of two services with its attributes, events, statuses and links', () => {
  const text = draw(
    // In the order in which they end, as they arrive.
    ['3', { parentSpanId: '2'.repeat(16), name: 'SELECT', kind: 3, ...at(2_000, 4_500) }],
    [
      '2',
      {
        parentSpanId: '1'.repeat(16),
        name: 'load',
        ...at(1_000, 6_000),
        attributes: [
          { key: 'rows', value: { kind: 'int', value: 12n } },
          { key: 'ratio', value: { kind: 'double', value: 0.5 } },
          { key: 'hit', value: { kind: 'boolean', value: false } },
          { key: 'raw', value: { kind: 'bytes', value: Uint8Array.of(0, 255) } },
          { key: 'none', value: { kind: 'empty' } },
          {
            key: 'list',
            value: {
              kind: 'array',
              value: [
                { kind: 'string', value: 'a b' },
                { kind: 'int', value: 1n },
              ],
            },
          },
          { key: 'map', value: { kind: 'map', value: [stringAttribute('inner', 'x')] } },
        ],
        events: [
          {
            timeUnixNanos: START + 2_500_000n,
            name: 'retry',
            attributes: [stringAttribute('why', 'time out')],
            droppedAttributesCount: 0,
          },
        ],
      },
    ],
    [
      '4',
      {
        parentSpanId: '1'.repeat(16),
        name: 'reserve',
        kind: 2,
        ...at(7_000, 9_250),
        statusCode: 2,
        statusMessage: 'out of stock',
        droppedAttributesCount: 3,
        resource: {
          attributes: [stringAttribute('service.name', 'stock')],
          droppedAttributesCount: 0,
          schemaUrl: '',
        },
      },
    ],
    [
      '1',
      {
        name: 'GET /products/:id',
        kind: 2,
        ...at(0, 10_000),
        statusCode: 1,
        attributes: [stringAttribute('http.route', '/products/:id'), stringAttribute('note', '')],
        links: [
          {
            traceId: 'cd'.repeat(16),
            spanId: 'ef'.repeat(8),
            traceState: '',
            attributes: [],
            droppedAttributesCount: 0,
            flags: 0,
          },
        ],
      },
    ],
  );
  expect(text).toBe(`\
trace abababababababababababababababab · 4 spans · shop + stock · 10.00 ms

     +0.00    10.00 ms GET /products/:id  [shop, server]
                       │ http.route=/products/:id  note=""
                       │ status ok
                       │ link to cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd/efefefefefefefef
     +1.00     5.00 ms ├─ load  [shop, internal]
                       │  │ rows=12  ratio=0.5  hit=false  raw=0x00ff  none=(empty)  list=["a b", 1]
                       │  │ map={inner: x}
                       │  │ event retry at +1.50 ms
                       │  │   why="time out"
     +2.00     2.50 ms │  └─ SELECT  [shop, client]
     +7.00     2.25 ms └─ reserve  [stock, server]
                            status error: out of stock
                            (3 attributes over the limit)`);
});

test('says that a trace is incomplete where a parent is missing', () => {
  expect(draw(['2', { parentSpanId: '1'.repeat(16), ...at(0, 1_000) }])).toBe(`\
trace abababababababababababababababab · 1 span · shop · 1.00 ms · incomplete

                       (its parent 1111111111111111 was not seen)
     +0.00     1.00 ms span 2  [shop, internal]`);
});

test('shows control characters as text, so that a span cannot steer the terminal', () => {
  const [, , line, detail] = draw([
    '1',
    { name: 'a\u001b[31mb\r\n', attributes: [stringAttribute('k', '\u009bx\u0007')] },
  ]).split('\n');
  expect(line).toBe('     +0.00     1.00 ms a\\u001b[31mb\\r\\n  [shop, internal]');
  expect(detail).toBe('                         k=?x\\u0007');
});

test('shows values of up to 60 characters whole and shortens longer ones', () => {
  const value = (length: number) =>
    draw(['1', { attributes: [stringAttribute('k', 'v'.repeat(length))] }])
      .split('\n')[3]
      ?.trim();
  expect(value(60)).toBe(`k=${'v'.repeat(60)}`);
  expect(value(61)).toBe(`k=${'v'.repeat(59)}…`);
});

test('stays within 100 columns, however deep the spans are nested, as long as there is room for anything', () => {
  const nested = Array.from({ length: 10 }, (_, i) => {
    const parent = i === 0 ? {} : { parentSpanId: String(i - 1).repeat(16) };
    const attributes = ['a', 'service.instance.id', 'b'].map((key) => stringAttribute(key, 'v'.repeat(90)));
    const event = { timeUnixNanos: START, name: 'e', attributes, droppedAttributesCount: 0 };
    return [String(i), { ...parent, ...at(i, 100 - i), attributes, events: [event] }] as const;
  });
  const lines = draw(...nested.map(([id, span]) => [id, span] as Parameters<typeof plainSpan>)).split('\n');
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(100);
  expect(lines.filter((line) => line.includes('service.instance.id=vvv'))).toHaveLength(20);
});

test('orders siblings by start, and the longer one first where they start together', () => {
  const parentSpanId = '1'.repeat(16);
  const names = draw(
    ['1', at(0, 9_000)],
    ['4', { parentSpanId, ...at(2_000, 3_000) }],
    ['3', { parentSpanId, ...at(2_000, 4_000) }],
    ['2', { parentSpanId, ...at(1_000, 2_000) }],
  ).match(/span \d/g);
  expect(names).toEqual(['span 1', 'span 2', 'span 3', 'span 4']);
});

test('takes neither a span that is its own parent nor a circle for a complete trace', () => {
  const own = buildTraceTree(TRACE, [plainSpan('1', { parentSpanId: '1'.repeat(16) })]);
  expect([own.roots.length, own.complete]).toEqual([1, false]);
  const circle = buildTraceTree(TRACE, [
    plainSpan('1'),
    plainSpan('2', { parentSpanId: '3'.repeat(16) }),
    plainSpan('3', { parentSpanId: '2'.repeat(16) }),
  ]);
  expect([circle.roots.length, circle.complete]).toEqual([1, false]);
});
