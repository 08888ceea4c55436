// Checklist A8.10: rules of rule-based sampling, in code and in a configuration file.

import { type Attributes, type Context, ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createFromModel } from '../../../src/main/config-file/create/create.js';
import { parseConfigFile } from '../../../src/main/config-file/parse.js';
import {
  createSamplingPredicate,
  matchesWildcard,
  type SamplingRuleConditions,
} from '../../../src/main/sampling/probability/rule-predicate.js';
import { type Sampler, SamplingDecision } from '../../../src/main/sdk/types.js';

const parentContext = (isRemote: boolean): Context =>
  trace.setSpanContext(ROOT_CONTEXT, {
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
    traceFlags: 1,
    isRemote,
  });
const INVALID = trace.setSpanContext(ROOT_CONTEXT, { traceId: '0'.repeat(32), spanId: '', traceFlags: 1 });

interface Asked {
  readonly context?: Context;
  readonly kind?: SpanKind;
  readonly attributes?: Attributes;
}

function holds(conditions: SamplingRuleConditions, asked: Asked = {}): boolean {
  const { context = ROOT_CONTEXT, kind = SpanKind.INTERNAL, attributes = {} } = asked;
  return createSamplingPredicate(conditions)(context, 'f'.repeat(32), 'name', kind, attributes, []);
}

describe('A8.10 a rule', () => {
  test('A8.10 without conditions holds for every span', () => {
    expect(holds({})).toBe(true);
    expect(holds({}, { context: parentContext(true), kind: SpanKind.CLIENT })).toBe(true);
  });

  test.each<[unknown, boolean]>([
    ['GET', true],
    ['POST', false],
    ['GETS', false],
    [404, true],
    [404.5, false],
    [true, true],
    [['x', 'GET'], true],
    [[404], true],
    [['x', null], false],
    [[], false],
    [null, false],
    [undefined, false],
  ])('A8.10 of attribute values holds for %j: %s', (value, expected) => {
    const attributeValues = { key: 'a', values: ['GET', '404', 'true'] };
    expect(holds({ attributeValues }, { attributes: { a: value } as Attributes })).toBe(expected);
  });

  test.each<[SamplingRuleConditions['attributePatterns'], unknown, boolean]>([
    [{ key: 'a' }, 'anything', true],
    [{ key: 'a' }, undefined, false],
    [{ key: 'a', included: ['4*'] }, 404, true],
    [{ key: 'a', included: ['4*'] }, 500, false],
    [{ key: 'a', included: ['4*'], excluded: ['404'] }, 404, false],
    [{ key: 'a', included: ['4*'], excluded: ['404'] }, 403, true],
    [{ key: 'a', excluded: ['/health*'] }, '/healthz', false],
    [{ key: 'a', excluded: ['/health*'] }, '/orders', true],
    [{ key: 'a', included: ['x?'] }, ['x', 'xy'], true],
  ])('A8.10 of the patterns %j holds for %j: %s', (attributePatterns, value, expected) => {
    const attributes = { a: value } as Attributes;
    expect(holds({ ...(attributePatterns && { attributePatterns }) }, { attributes })).toBe(expected);
  });

  test('A8.10 of kinds and of parents holds for those only; an invalid parent is none', () => {
    const spanKinds = [SpanKind.SERVER, SpanKind.CONSUMER];
    const kinds = [0, 1, 2, 3, 4].filter((kind) => holds({ spanKinds }, { kind }));
    expect(kinds).toEqual([SpanKind.SERVER, SpanKind.CONSUMER]);
    const contexts = [ROOT_CONTEXT, INVALID, parentContext(true), parentContext(false)];
    const matching = (parent: 'none' | 'remote' | 'local') =>
      contexts.map((context) => holds({ parent: [parent] }, { context }));
    expect(matching('none')).toEqual([true, true, false, false]);
    expect(matching('remote')).toEqual([false, false, true, false]);
    expect(matching('local')).toEqual([false, false, false, true]);
  });

  test('A8.10 holds only if all of its conditions do', () => {
    const conditions: Required<SamplingRuleConditions> = {
      attributeValues: { key: 'a', values: ['1'] },
      attributePatterns: { key: 'b', included: ['x*'] },
      spanKinds: [SpanKind.SERVER],
      parent: ['none'],
    };
    const asked = { kind: SpanKind.SERVER, attributes: { a: 1, b: 'xy' } };
    expect(holds(conditions, asked)).toBe(true);
    expect(holds(conditions, { ...asked, kind: SpanKind.CLIENT })).toBe(false);
    expect(holds(conditions, { ...asked, context: parentContext(true) })).toBe(false);
    expect(holds(conditions, { ...asked, attributes: { a: 2, b: 'xy' } })).toBe(false);
    expect(holds(conditions, { ...asked, attributes: { a: 1, b: 'y' } })).toBe(false);
  });

  test('A8.10 a pattern matches what the regular expression matches', () => {
    const characters = (alphabet: string, maxLength: number) =>
      fc.array(fc.constantFrom(...alphabet), { maxLength }).map((list) => list.join(''));
    fc.assert(
      fc.property(characters('ab.', 12), characters('ab.*?', 8), (text, pattern) => {
        const source = pattern.replaceAll('.', '\\.').replaceAll('*', '.*').replaceAll('?', '.');
        expect(matchesWildcard(text, pattern)).toBe(new RegExp(`^${source}$`, 's').test(text));
      }),
      { numRuns: 3000 },
    );
  });

  test('A8.10 a pattern with many stars takes no time that grows beyond text times pattern', () => {
    const started = process.cpuUsage().user;
    expect(matchesWildcard('a'.repeat(20_000), `${'*a'.repeat(20)}*b`)).toBe(false);
    // A backtracking matcher would not come back at all; this one does at most 840,000 steps.
    expect(process.cpuUsage().user - started).toBeLessThan(2_000_000);
  });
});

describe('A8.10 rules in a configuration file', () => {
  const file = (rules: string): Sampler => {
    const text = `file_format: "1.0"
tracer_provider:
  processors:
    - batch:
        exporter:
          otlp_http:
  sampler:
    composite/development:
      rule_based:
${rules}`;
    return createFromModel(parseConfigFile(text, 'otel.yaml', {})).options.sampler as Sampler;
  };
  const isKept = (
    sampler: Sampler,
    { context = ROOT_CONTEXT, kind = SpanKind.INTERNAL, attributes = {} }: Asked,
  ) =>
    sampler.shouldSample(context, 'f'.repeat(32), 'name', kind, attributes, []).decision ===
    SamplingDecision.RECORD_AND_SAMPLED;

  const sampler = file(`        rules:
          - attribute_patterns:
              key: url.path
              included: ["/health*"]
              excluded: ["/health/deep"]
            sampler:
              always_off:
          - parent: [remote, local]
            span_kinds: [client, internal]
            sampler:
              parent_threshold:
                root:
                  always_off:
          - attribute_values:
              key: http.request.method
              values: [GET, HEAD]
            span_kinds: [server]
            sampler:
              always_on:
          - parent: [none]
            span_kinds: [client]
            sampler:
              always_on:
`);

  test.each<[string, Asked, boolean]>([
    [
      'an excluded pattern',
      { kind: 1, attributes: { 'url.path': '/healthz', 'http.request.method': 'GET' } },
      false,
    ],
    [
      'its exception',
      { kind: 1, attributes: { 'url.path': '/health/deep', 'http.request.method': 'GET' } },
      true,
    ],
    ['a child', { kind: SpanKind.CLIENT, context: parentContext(false) }, true],
    ['a root of the same kind, by the last rule', { kind: SpanKind.CLIENT }, true],
    ['a child of another kind', { kind: SpanKind.PRODUCER, context: parentContext(false) }, false],
    ['a value', { kind: SpanKind.SERVER, attributes: { 'http.request.method': 'HEAD' } }, true],
    [
      'another value: no rule holds',
      { kind: SpanKind.SERVER, attributes: { 'http.request.method': 'PUT' } },
      false,
    ],
  ])('A8.10 %s', (_what, asked, expected) => {
    expect(isKept(sampler, asked)).toBe(expected);
  });

  test('A8.10 without rules nothing is sampled', () => {
    expect(isKept(file(''), {})).toBe(false);
  });

  test.each([
    [
      '        rules:\n          - span_kinds: [SERVER]\n            sampler:\n              always_on:\n',
      /span_kinds/,
    ],
    [
      '        rules:\n          - parent: [somewhere]\n            sampler:\n              always_on:\n',
      /parent/,
    ],
    ['        rules: []\n', /at least one/],
    ['        rules:\n          - parent: [none]\n', /sampler/],
    [
      '        rules:\n          - attribute_values:\n              key: a\n            sampler:\n              always_on:\n',
      /values/,
    ],
  ])('A8.10 a wrong rule is refused with its place: %j', (rules, message) => {
    expect(() => file(rules)).toThrow(message);
  });
});
