// A few calls on offloop and on the official SDK as they are, nothing normalised: for tests that show where they differ.

import { context, type Tracer } from '@opentelemetry/api';
import {
  AlwaysOnSampler,
  TracerProvider as OfficialProvider,
  ParentBasedSampler,
  type ReadableSpan,
} from '@opentelemetry/sdk-trace';
import { TracerProvider as SdkProvider } from '../../src/main/sdk/tracer-provider.js';
import type { NormalSpan } from '../support/otlp-decoder.js';
import { collector } from './differences.js';
import { spansOfReadable } from './exported-spans.js';
import { RuntimeSide } from './offloop-sides.js';
import type { Program, ProgramTracer } from './program.js';
import type { ExportedSpan } from './run-program.js';
import { TestClock } from './test-clock.js';

export interface Calls {
  readonly limits?: Program['limits'];
  readonly scope?: Partial<ProgramTracer>;
  readonly call: (tracer: Tracer, clock: TestClock) => void;
}

export interface Shown {
  readonly official: readonly ExportedSpan[];
  /** start() and offloop/sdk, which must not differ. */
  readonly offloop: readonly ExportedSpan[];
  /** What the official SDK threw at its caller. */
  readonly thrown: unknown;
}

export function onBoth(calls: Calls): Shown {
  const { limits = {}, scope = {}, call } = calls;
  const { name = 'test', version, ...options } = scope;
  context.disable();
  const run = (tracer: Tracer): void => {
    const clock = new TestClock();
    clock.run(() => call(tracer, clock));
  };
  const finished: ReadableSpan[] = [];
  const sampler = new ParentBasedSampler({ root: new AlwaysOnSampler() });
  const official = new OfficialProvider({
    spanLimits: limits,
    sampler,
    spanProcessors: [collector(finished)],
  });
  let thrown: unknown;
  try {
    run(official.getTracer(name, version, options as object));
  } catch (error) {
    thrown = error;
  }
  const runtime = new RuntimeSide({
    limits,
    sampler: { name: 'parentbased_always_on', ratio: 1 },
    randomFlag: true,
    tracers: [],
    remotes: [],
    steps: [],
  });
  run(runtime.tracer({ schemaUrl: undefined, attributes: {}, ...scope, name, version }));
  const finishedSdk: ReadableSpan[] = [];
  const sdk = new SdkProvider({ spanLimits: limits, spanProcessors: [collector(finishedSdk)] });
  run(sdk.getTracer(name, version, options as object));
  const offloop = runtime.exported();
  const other = spansOfReadable(finishedSdk);
  const isSame = JSON.stringify(other.map(withoutIds)) === JSON.stringify(offloop.map(withoutIds));
  if (!isSame) {
    throw new Error(`start() and offloop/sdk differ: ${JSON.stringify(offloop)} ${JSON.stringify(other)}`);
  }
  return { official: spansOfReadable(finished), offloop, thrown };
}

function withoutIds({ scope, span }: ExportedSpan): object {
  return {
    scope,
    span: { ...span, traceId: '', spanId: '', parentSpanId: span.parentSpanId === '' ? '' : 'x' },
  };
}

/** The only span of each. */
export function oneOnBoth(calls: Calls): { official: NormalSpan; offloop: NormalSpan } {
  const { official, offloop, thrown } = onBoth(calls);
  if (thrown !== undefined) throw thrown;
  if (official.length !== 1 || offloop.length !== 1) {
    throw new Error(`${official.length} and ${offloop.length} spans were exported, not one each`);
  }
  return { official: official[0]!.span, offloop: offloop[0]!.span };
}
