// Any headers at all, against a second reading of the W3C's grammar (Trace Context Level 2): character by character, without
// a regular expression.

import { defaultTextMapGetter, defaultTextMapSetter, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { W3CTraceContextPropagator } from '../../src/main/propagation/trace-context.js';
import { TraceState } from '../../src/main/propagation/trace-state.js';

const RUNS = 20_000;
const propagator = new W3CTraceContextPropagator();

const isOneOf = (set: string, text: string) => [...text].every((character) => set.includes(character));
const HEX = '0123456789abcdef';
const KEY_FIRST = 'abcdefghijklmnopqrstuvwxyz0123456789';
const KEY_REST = `${KEY_FIRST}_-*/@`;

function trimmed(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && ' \t'.includes(text[from] as string)) from++;
  while (to > from && ' \t'.includes(text[to - 1] as string)) to--;
  return text.slice(from, to);
}

interface Parent {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceFlags: number;
}

function referenceParent(header: string): Parent | undefined {
  const text = trimmed(header);
  const at = (from: number, length: number) => text.slice(from, from + length);
  const [version, traceId, spanId, flags] = [at(0, 2), at(3, 32), at(36, 16), at(53, 2)];
  // No header has line breaks.
  const isRightLength = text.length >= 55 && !text.includes('\n') && !text.includes('\r');
  const hasDashes = at(2, 1) + at(35, 1) + at(52, 1) === '---';
  if (!isRightLength || !hasDashes || !isOneOf(HEX, version + traceId + spanId + flags)) return undefined;
  if (version === 'ff' || isOneOf('0', traceId) || isOneOf('0', spanId)) return undefined;
  if (version === '00' ? text.length !== 55 : text.length > 55 && text[55] !== '-') return undefined;
  return { traceId, spanId, traceFlags: Number(`0x${flags}`) };
}

/** Undefined: no member. */
function referenceMember(part: string): readonly [string, string] | undefined {
  const member = trimmed(part);
  const equals = member.indexOf('=');
  const [key, value] = [member.slice(0, Math.max(0, equals)), member.slice(equals + 1)];
  const isKey =
    key.length >= 1 && key.length <= 256 && KEY_FIRST.includes(key[0] as string) && isOneOf(KEY_REST, key);
  const isValue =
    value.length >= 1 &&
    value.length <= 256 &&
    !value.endsWith(' ') &&
    [...value].every((c) => c >= ' ' && c <= '~' && c !== ',' && c !== '=');
  return isKey && isValue ? [key, value] : undefined;
}

/** Of fewer members and characters than are bounded. */
function referenceState(header: string): string {
  const members = new Map<string, string>();
  for (const part of header.split(',')) {
    const member = referenceMember(part);
    if (member !== undefined) members.set(...member);
  }
  return [...members].map(([key, value]) => `${key}=${value}`).join();
}

/** Right ones, with some damage. */
function damaged(right: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const character = fc.oneof(
    fc.constantFrom('0', 'f', 'F', 'g', '-', ' ', '\t', ',', '=', '@', '\n', '\u00a0', 'ä'),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  );
  const change = fc.record({ at: fc.nat(80), cut: fc.nat(2), put: fc.array(character, { maxLength: 2 }) });
  return fc.tuple(right, fc.array(change, { maxLength: 3 })).map(([text, changes]) =>
    changes.reduce((now, { at, cut, put }) => {
      const where = at % (now.length + 1);
      return now.slice(0, where) + put.join('') + now.slice(where + cut);
    }, text),
  );
}

const hex = (length: number) =>
  fc.oneof(
    { weight: 20, arbitrary: fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`)) },
    { weight: 1, arbitrary: fc.constant('0'.repeat(length)) },
  );
const version = fc.oneof(fc.constantFrom('00', '00', '01', 'cc', 'fe', 'ff'), hex(2));
const more = fc.constantFrom('', '', '', '-', '-more', 'more', ' ', '\t');
const parentHeader = damaged(
  fc
    .tuple(version, hex(32), hex(16), hex(2), more)
    .map(([v, traceId, spanId, flags, rest]) => `${v}-${traceId}-${spanId}-${flags}${rest}`),
);
const key = fc.stringMatching(/^[a-z0-9@A-Z._*/-]{0,12}$/);
const value = fc.stringMatching(/^[ -~]{0,10}$/);
const stateHeader = damaged(
  fc
    .array(fc.tuple(key, value), { maxLength: 6 })
    .map((members) => members.map((pair) => pair.join('=')).join()),
);

test('F7 any traceparent is what the grammar says, and comes out as version 00 with known flags', () => {
  fc.assert(
    fc.property(parentHeader, (traceparent) => {
      const extracted = propagator.extract(ROOT_CONTEXT, { traceparent }, defaultTextMapGetter);
      const expected = referenceParent(traceparent);
      if (expected === undefined) {
        expect(extracted).toBe(ROOT_CONTEXT);
        return;
      }
      expect(trace.getSpanContext(extracted)).toEqual({ ...expected, isRemote: true });
      const headers: Record<string, string> = {};
      propagator.inject(extracted, headers, defaultTextMapSetter);
      const flags = `0${expected.traceFlags & 3}`;
      expect(headers).toEqual({ traceparent: `00-${expected.traceId}-${expected.spanId}-${flags}` });
    }),
    { numRuns: RUNS },
  );
});

test('F9 of any tracestate the members that the grammar has are kept, in their order', () => {
  fc.assert(
    fc.property(stateHeader, (tracestate) => {
      expect(new TraceState(tracestate).serialize()).toBe(referenceState(tracestate));
    }),
    { numRuns: RUNS },
  );
});

test('F9 keys and values of 1 to 256 characters are members, with 0 and 257 they are none', () => {
  for (const [keyLength, valueLength, isMember] of [
    [1, 1, true],
    [256, 1, true],
    [1, 256, true],
    [257, 1, false],
    [1, 257, false],
    [0, 1, false],
    [1, 0, false],
  ] as const) {
    const member = `${'k'.repeat(keyLength)}=${'v'.repeat(valueLength)}`;
    expect(new TraceState(member).serialize()).toBe(isMember ? member : '');
    expect(referenceState(member)).toBe(isMember ? member : '');
  }
});
