// Where nothing is recorded, or only some traces are: streams work as they are, and the decision is carried on.

import { Readable } from 'node:stream';
import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { afterEach, expect, test } from 'vitest';
import { SUPPRESS_TRACING_KEY } from '../../../../src/main/context/suppression.js';
import { AlwaysOffSampler } from '../../../../src/main/sampling/always-samplers.js';
import { ParentBasedSampler } from '../../../../src/main/sampling/parent-based-sampler.js';
import { tracedStream } from '../../../../src/main/streams/traced-stream.js';
import { createTestTelemetry, type TestTelemetry } from '../../../../src/main/testing/test-telemetry.js';

let telemetry: TestTelemetry | undefined;
afterEach(() => telemetry?.shutdown());

async function* two() {
  yield 1;
  yield 2;
}

test('before telemetry is registered every stream is handed back as it is', async () => {
  const [generator, web, transform] = [two(), new ReadableStream(), new TransformStream()];
  const { readable } = transform;
  expect(tracedStream(generator)).toBe(generator);
  expect(tracedStream(web)).toBe(web);
  expect(web.locked).toBe(false);
  expect(tracedStream(transform).readable).toBe(readable);
  const node = Readable.from(['a']);
  tracedStream(node);
  expect(Object.hasOwn(node, 'emit')).toBe(false);
  const seen: number[] = [];
  for await (const item of tracedStream({ [Symbol.asyncIterator]: two })) seen.push(item);
  expect(seen).toEqual([1, 2]);
});

test('where tracing is suppressed, too', () => {
  telemetry = createTestTelemetry().register();
  const generator = two();
  const suppressed = ROOT_CONTEXT.setValue(SUPPRESS_TRACING_KEY, true);
  expect(context.with(suppressed, () => tracedStream(generator))).toBe(generator);
});

test('a stream that is not sampled: nor is what it makes, and the data is whole', async () => {
  telemetry = createTestTelemetry({ sampler: new ParentBasedSampler({ root: new AlwaysOffSampler() }) });
  telemetry.register();
  const sampled: (number | undefined)[] = [];
  async function* make() {
    for (const item of [1, 2]) {
      sampled.push(trace.getSpan(context.active())?.spanContext().traceFlags);
      yield item;
    }
  }
  const seen: number[] = [];
  for await (const item of tracedStream(make())) seen.push(item);
  expect(seen).toEqual([1, 2]);
  expect(sampled).toEqual([0, 0]);
  const node = tracedStream(Readable.from(['a', 'b']));
  for await (const _ of node);
  expect(Object.hasOwn(node, 'emit')).toBe(false);
  expect(telemetry.spans).toEqual([]);
});
