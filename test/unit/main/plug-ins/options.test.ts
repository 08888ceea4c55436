// What start() says of plug-ins that cannot be any.

import { resourceFromAttributes } from '@opentelemetry/resources';
import { describe, expect, test } from 'vitest';
import { AsyncLocalStorageContextManager } from '../../../../src/main/context/context-manager.js';
import { separatePlugIns } from '../../../../src/main/plug-ins/options.js';
import { NoopSpanProcessor } from '../../../../src/main/processors/noop-span-processor.js';
import { B3Propagator } from '../../../../src/main/propagation/b3.js';
import { RandomIdGenerator } from '../../../../src/main/sdk/random-id-generator.js';
import { OptionError } from '../../../../src/shared/errors.js';

const PROCESSOR = new NoopSpanProcessor();

describe('plug-ins among the options of start()', () => {
  test('are taken out of the configuration, which stays plain data', () => {
    const plugIns = {
      spanProcessors: [PROCESSOR],
      idGenerator: new RandomIdGenerator(),
      resource: resourceFromAttributes({ a: 1 }),
      tracerConfigurator: () => undefined,
      contextManager: new AsyncLocalStorageContextManager(),
      propagator: new B3Propagator(),
    };
    expect(separatePlugIns({ serviceName: 'shop', workers: 2, ...plugIns })).toEqual({
      plugIns,
      options: { serviceName: 'shop', workers: 2 },
    });
  });

  test('may all be absent', () => {
    expect(separatePlugIns({})).toEqual({ plugIns: {}, options: {} });
    expect(separatePlugIns({ spanProcessors: [] }).plugIns).toEqual({ spanProcessors: [] });
  });

  test('leave options that are no object to the configuration, which says so', () => {
    expect(separatePlugIns(5 as never)).toEqual({ plugIns: {}, options: 5 });
    expect(separatePlugIns(null as never)).toEqual({ plugIns: {}, options: null });
  });

  test('are not changed by what the application does with its array later', () => {
    const spanProcessors = [PROCESSOR];
    const { plugIns } = separatePlugIns({ spanProcessors });
    spanProcessors.push(PROCESSOR);
    expect(plugIns.spanProcessors).toEqual([PROCESSOR]);
  });

  test.each([
    ['spanProcessors', PROCESSOR, 'ERR_OFFLOOP_SPAN_PROCESSORS', 'an array'],
    ['spanProcessors', [PROCESSOR, null], 'ERR_OFFLOOP_SPAN_PROCESSORS', 'onStart is missing'],
    [
      'spanProcessors',
      [{ onStart() {}, onEnd() {}, forceFlush() {} }],
      'ERR_OFFLOOP_SPAN_PROCESSORS',
      'shutdown',
    ],
    ['idGenerator', {}, 'ERR_OFFLOOP_ID_GENERATOR', 'generateTraceId'],
    ['idGenerator', { generateTraceId() {} }, 'ERR_OFFLOOP_ID_GENERATOR', 'generateSpanId is missing'],
    ['resource', { attributes: {} }, 'ERR_OFFLOOP_RESOURCE', 'getRawAttributes'],
    ['contextManager', { active() {} }, 'ERR_OFFLOOP_CONTEXT_MANAGER', 'with is missing'],
    ['propagator', { inject() {}, extract() {} }, 'ERR_OFFLOOP_PROPAGATOR', 'fields is missing'],
    ['tracerConfigurator', {}, 'ERR_OFFLOOP_TRACER_CONFIGURATOR', 'a function'],
  ])('%s: %o is refused', (option, value, code, text) => {
    let error: unknown;
    try {
      separatePlugIns({ [option]: value });
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(OptionError);
    expect(error).toMatchObject({ code, message: expect.stringContaining(text) });
  });
});
