// Runs a program on one side of a comparison, and notes what its caller sees on the way.

import {
  type Context,
  type ContextManager,
  context,
  createTraceState,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import type { NormalScopeSpans, NormalSpan } from '../support/otlp-decoder.js';
import type { ContextRef, Program, ProgramTracer, RemoteParent, Start, Step } from './program.js';
import { TestClock } from './test-clock.js';

export interface StartedIds {
  readonly traceId: string;
  readonly spanId: string;
}

/** A span on the wire with its scope. */
export interface ExportedSpan {
  readonly scope: Omit<NormalScopeSpans, 'spans'>;
  readonly span: NormalSpan;
}

/** An SDK that can run a program. */
export interface Side {
  readonly contextManager: ContextManager;
  tracer(definition: ProgramTracer, index: number): Tracer;
  /** Everything exported, in the order of the spans' ends. Called once. */
  exported(): ExportedSpan[];
}

/** What a caller sees: in the order of the program. */
export type Seen =
  | { readonly seen: 'span'; readonly context: Omit<SpanContext, 'traceState'> & { traceState: string } }
  | { readonly seen: 'recording'; readonly value: boolean }
  | { readonly seen: 'returned'; readonly itself: boolean }
  | { readonly seen: 'active'; readonly spanId: string | undefined };

export interface Outcome {
  readonly started: readonly StartedIds[];
  readonly seen: readonly Seen[];
  readonly exported: readonly ExportedSpan[];
}

export function runProgram(program: Program, side: Side): Outcome {
  const run = new Run(program, side);
  context.disable();
  context.setGlobalContextManager(side.contextManager);
  try {
    run.clock.run(() => run.steps(program.steps));
  } finally {
    context.disable();
  }
  return { started: run.started, seen: run.seen, exported: side.exported() };
}

class Run {
  readonly clock = new TestClock();
  readonly started: StartedIds[] = [];
  readonly seen: Seen[] = [];
  readonly #spans: Span[] = [];
  readonly #program: Program;
  readonly #side: Side;
  readonly #tracers: readonly Tracer[];

  constructor(program: Program, side: Side) {
    this.#program = program;
    this.#side = side;
    this.#tracers = program.tracers.map((definition, index) => side.tracer(definition, index));
  }

  steps(steps: readonly Step[]): void {
    for (const step of steps) this.#step(step);
  }

  #step(step: Step): void {
    switch (step.do) {
      case 'start': {
        const { name, options } = step.start;
        this.#began(
          this.#tracer(step.start).startSpan(
            name as never,
            options as never,
            this.#context(step.start.context),
          ),
        );
        return;
      }
      case 'active':
        this.#active(step.form, step.start, (span) => {
          this.#began(span);
          this.seen.push({ seen: 'active', spanId: trace.getActiveSpan()?.spanContext().spanId });
          this.steps(step.body);
          if (step.ends) span.end();
        });
        return;
      case 'with':
        this.#side.contextManager.with(this.#context(step.context), () => this.steps(step.body));
        return;
      case 'call':
        this.#call(step.span, step.method, step.args);
        return;
      case 'wait':
        this.clock.millis += step.millis;
    }
  }

  #active(form: 2 | 3 | 4, start: Start, body: (span: Span) => void): void {
    const tracer = this.#tracer(start);
    const name = start.name as string;
    if (form === 2) tracer.startActiveSpan(name, body);
    else if (form === 3) tracer.startActiveSpan(name, start.options as never, body);
    else tracer.startActiveSpan(name, start.options as never, this.#context(start.context), body);
  }

  #began(span: Span): void {
    this.#spans.push(span);
    const { traceId, spanId, traceFlags, traceState } = span.spanContext();
    const isValid = trace.isSpanContextValid({ traceId, spanId, traceFlags });
    if (isValid) this.started.push({ traceId, spanId });
    this.seen.push({
      seen: 'span',
      context: { traceId, spanId, traceFlags, traceState: traceState?.serialize() ?? '' },
    });
    this.seen.push({ seen: 'recording', value: span.isRecording() });
  }

  #call(index: number, method: string, args: readonly unknown[]): void {
    if (this.#spans.length === 0) return;
    const span = this.#spans[index % this.#spans.length] as Span;
    const returned = (span[method as keyof Span] as (...given: unknown[]) => unknown)(...args);
    if (method === 'isRecording') this.seen.push({ seen: 'recording', value: returned as boolean });
    else if (returned !== undefined) this.seen.push({ seen: 'returned', itself: returned === span });
    if (method === 'end') this.seen.push({ seen: 'recording', value: span.isRecording() });
  }

  #tracer(start: Start): Tracer {
    return this.#tracers[start.tracer % this.#tracers.length] as Tracer;
  }

  #context(ref: ContextRef): Context {
    switch (ref.of) {
      case 'active':
        return this.#side.contextManager.active();
      case 'root':
        return ROOT_CONTEXT;
      case 'span':
        return this.#spanContext(ref.index);
      case 'remote':
        return remoteContext(this.#program.remotes[ref.index % this.#program.remotes.length] as RemoteParent);
      case 'suppressed':
        return suppressTracing(this.#spanContext(ref.index));
    }
  }

  #spanContext(index: number): Context {
    if (this.#spans.length === 0) return ROOT_CONTEXT;
    return trace.setSpan(ROOT_CONTEXT, this.#spans[index % this.#spans.length] as Span);
  }
}

function remoteContext({ traceState, ...remote }: RemoteParent): Context {
  const spanContext = {
    ...remote,
    ...(traceState === undefined ? {} : { traceState: createTraceState(traceState) }),
  };
  return trace.setSpanContext(ROOT_CONTEXT, spanContext as SpanContext);
}
