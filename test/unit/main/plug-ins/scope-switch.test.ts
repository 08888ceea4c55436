// The configurator of start() where spans go straight to the rings: no plug-in sees a span, and a scope costs nothing more.

import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { afterEach, expect, test, vi } from 'vitest';
import { PlugInErrors } from '../../../../src/main/plug-ins/plug-in-errors.js';
import { ScopeSwitch } from '../../../../src/main/plug-ins/scope-switch.js';
import { setActiveRecording } from '../../../../src/main/record/active-recording.js';
import { recorder } from '../../../../src/main/recorder.js';
import type { Scope, TracerConfigurator } from '../../../../src/main/sdk/types.js';
import { OffloopTracerProvider } from '../../../../src/main/trace/tracer-provider.js';
import { pluggedProvider } from '../../../support/checklist-subjects.js';
import { RecordedProcessor } from '../../../support/recorded-processor.js';
import { contextWithParent, RecordingRig, SPAN_ID } from '../../../support/recording-rig.js';

const errors = new PlugInErrors(() => {});
afterEach(() => {
  setActiveRecording(undefined);
});

function recording(configurator: TracerConfigurator) {
  const rig = new RecordingRig();
  const active = { ...rig.active, scopes: new ScopeSwitch(configurator, errors) };
  const flush = { forceFlush: async () => true, shutdown: async () => true };
  setActiveRecording(active);
  return { rig, provider: new OffloopTracerProvider({ ...active, ...flush }) };
}

test('A2.6 a scope that is switched off records nothing, the others do', () => {
  const { rig, provider } = recording((scope) => ({ enabled: scope.name !== 'noisy' }));
  const off = provider.getTracer('noisy').startSpan('off', {}, contextWithParent());
  off.end();
  provider.getTracer('quiet').startSpan('on', {}, ROOT_CONTEXT).end();
  expect(rig.take().map((span) => span.name)).toEqual(['on']);
  // As if the tracer were not there: what the parent says goes on.
  expect([off.isRecording(), off.spanContext().spanId]).toEqual([false, SPAN_ID]);
});

test('A2.6 the configurator is asked once for each scope, with all its parts', () => {
  const configurator = vi.fn((_scope: Scope) => ({ enabled: false }));
  const { provider } = recording(configurator);
  const get = () => provider.getTracer('a', '1', { schemaUrl: 'u', attributes: { list: [1] } } as never);
  expect(get()).toBe(get());
  provider.getTracer('b');
  expect(configurator.mock.calls).toEqual([
    [{ name: 'a', version: '1', schemaUrl: 'u', attributes: { list: [1] } }],
    [{ name: 'b' }],
  ]);
});

test('A2.6 templates of a scope that is switched off record nothing, and pass their parent on', () => {
  const { rig } = recording((scope) => ({ enabled: scope.name !== 'noisy' }));
  const off = recorder.template({ name: 'off', scope: { name: 'noisy' } });
  const on = recorder.template({ name: 'on' });
  for (const template of [off, on]) {
    template.start().end();
    template.record(1, 2, undefined);
  }
  expect(off.start().isRecording()).toBe(false);
  expect(trace.isSpanContextValid(off.start().spanContext())).toBe(false);
  const parent = on.start().spanContext();
  expect(off.start(parent).spanContext()).toEqual(parent);
  expect(rig.take().map((span) => span.name)).toEqual(['on', 'on']);
});

test('A2.6 J4 a configurator that throws, or says nothing, leaves the scope on', () => {
  const before = errors.count;
  const { rig, provider } = recording((scope) => {
    if (scope.name === 'throws') throw new Error('no');
    return undefined;
  });
  for (const name of ['throws', 'nothing']) provider.getTracer(name).startSpan(name).end();
  expect(rig.take()).toHaveLength(2);
  expect(errors.count - before).toBe(1);
});

test.each(['before', 'after'])(
  'A2.6 a configurator that replaced another one %s a processor was added counts for the tracers that are out',
  (when) => {
    const rig = new RecordingRig();
    const provider = new OffloopTracerProvider({
      ...rig.active,
      scopes: new ScopeSwitch(undefined, errors),
      forceFlush: async () => true,
      shutdown: async () => true,
      makeProcessable: () => pluggedProvider(rig, {}),
    });
    const [noisy, quiet] = [provider.getTracer('noisy'), provider.getTracer('quiet')];
    const replace = () => provider.setTracerConfigurator((scope) => ({ enabled: scope.name !== 'noisy' }));
    if (when === 'before') replace();
    const processor = new RecordedProcessor();
    const { _spanProcessors } = provider._activeSpanProcessor as { _spanProcessors: unknown[] };
    _spanProcessors.unshift(processor);
    if (when === 'after') replace();
    for (const tracer of [noisy, quiet]) tracer.startSpan('work', {}, ROOT_CONTEXT).end();
    expect(processor.ended.map(({ instrumentationScope }) => instrumentationScope.name)).toEqual(['quiet']);
    expect(rig.take()).toHaveLength(1);
    provider.setTracerConfigurator(undefined);
    noisy.startSpan('work', {}, ROOT_CONTEXT).end();
    expect(processor.ended).toHaveLength(2);
  },
);
