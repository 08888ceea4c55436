// Section A8 of the checklist where start() has a sampler that must be asked and no processor: spans are the plain ones, which go
// straight to the ring. The subject `asked` of the other files is this provider, too.

import { ROOT_CONTEXT } from '@opentelemetry/api';
import { describe, expect, test } from 'vitest';
import type { Sampler } from '../../../src/main/sdk/types.js';
import { RecordingSpan } from '../../../src/main/trace/span.js';
import { askingProvider } from '../../support/checklist-subjects.js';
import { plainAttributes, RecordingRig } from '../../support/recording-rig.js';

describe('A8.1 A8.2 a sampler object without any processor', () => {
  const named: Sampler = {
    shouldSample: (_context, _traceId, name, _kind, attributes) => ({
      decision: name === 'drop' ? 0 : name === 'record' ? 1 : 2,
      attributes: { ...attributes, seen: Object.keys(attributes).length, own: 'sampler' },
    }),
  };

  test('A8.2 decides over plain spans, and its attributes win', () => {
    const rig = new RecordingRig();
    const tracer = askingProvider(rig, named).getTracer('test');
    const span = tracer.startSpan('work', { attributes: { a: 1, own: 'user' } }, ROOT_CONTEXT);
    expect(span).toBeInstanceOf(RecordingSpan);
    span.end();
    expect(plainAttributes(rig.takeOne())).toEqual({ a: 1, own: 'sampler', seen: 2 });
  });

  test('A8.1 what only records is recording and reaches no ring, what is dropped neither', () => {
    const rig = new RecordingRig();
    const tracer = askingProvider(rig, named).getTracer('test');
    const [record, drop] = ['record', 'drop'].map((name) => tracer.startSpan(name, {}, ROOT_CONTEXT));
    expect([record?.isRecording(), drop?.isRecording()]).toEqual([true, false]);
    expect(record?.spanContext().traceFlags).toBe(drop?.spanContext().traceFlags);
    record?.end();
    drop?.end();
    expect(rig.take()).toEqual([]);
    expect(rig.stats.recorded).toBe(0);
  });

  test('A8.2 what was not taken of the start is counted in the span', () => {
    const rig = new RecordingRig();
    const tracer = askingProvider(rig, named).getTracer('test');
    const links = [{ context: { traceId: 'x', spanId: 'y', traceFlags: 1 } }];
    tracer.startSpan('work', { attributes: { a: 1, b: Symbol('b') as never }, links }, ROOT_CONTEXT).end();
    expect(rig.takeOne()).toMatchObject({ droppedAttributes: 1, droppedLinks: 1 });
  });
});
