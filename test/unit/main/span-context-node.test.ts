import { createContextKey, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SPAN_KEY, type SpanContextNode, withSpan } from '../../../src/main/context/span-context-node.js';

const span = (name: string) => ({ name }) as never;
const OTHER = createContextKey('other');

test("the API finds the span: its key is the API's", () => {
  const a = span('a');
  const context = withSpan(ROOT_CONTEXT, a);
  expect(trace.getSpan(context)).toBe(a);
  expect(trace.getSpan(trace.setSpan(context, span('b')))).toEqual({ name: 'b' });
  expect(trace.getSpan(trace.deleteSpan(context))).toBeUndefined();
  expect(trace.getSpan(withSpan(trace.setSpan(ROOT_CONTEXT, a), span('c')))).toEqual({ name: 'c' });
});

test('a change makes a new context and leaves the old one', () => {
  const context = withSpan(ROOT_CONTEXT, span('a'));
  const changed = context.setValue(OTHER, 1);
  expect(context.getValue(OTHER)).toBeUndefined();
  expect(changed.getValue(OTHER)).toBe(1);
  expect(changed.getValue(SPAN_KEY)).toEqual({ name: 'a' });
  expect(changed.deleteValue(OTHER).getValue(OTHER)).toBeUndefined();
  expect(changed.deleteValue(OTHER).getValue(SPAN_KEY)).toEqual({ name: 'a' });
  expect(changed.getValue(OTHER)).toBe(1);
});

test('nested spans make no chain', () => {
  let context = ROOT_CONTEXT;
  for (let depth = 0; depth < 1000; depth++) context = withSpan(context, span(String(depth)));
  expect((context as SpanContextNode).base).toBe(ROOT_CONTEXT);
});

test('random changes give what the API context gives', () => {
  const keys = [SPAN_KEY, OTHER, createContextKey('third')];
  const step = fc.record({
    key: fc.constantFrom(...keys),
    value: fc.option(fc.integer(), { nil: undefined }),
    kind: fc.constantFrom('set', 'delete', 'span'),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      let ours = withSpan(ROOT_CONTEXT, span('first'));
      let theirs = ROOT_CONTEXT.setValue(SPAN_KEY, span('first'));
      for (const { key, value, kind } of steps) {
        if (kind === 'delete') {
          ours = ours.deleteValue(key);
          theirs = theirs.deleteValue(key);
        } else if (kind === 'set') {
          ours = ours.setValue(key, value);
          theirs = theirs.setValue(key, value);
        } else {
          ours = withSpan(ours, value as never);
          theirs = theirs.setValue(SPAN_KEY, value);
        }
        for (const each of keys) expect(ours.getValue(each)).toEqual(theirs.getValue(each));
      }
    }),
  );
});
