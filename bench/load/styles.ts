// The ways in which user code records one span. Called by the tasks, in the child; a child uses one style only, so
// that V8 specializes it as it would in an application.

import type { Span, Tracer } from '@opentelemetry/api';
import type { BuildAttributes } from './attribute-literals.ts';
import type { SpanValues } from './values.ts';

/** Records one span, from start to end. */
export type RecordSpan = (values: SpanValues) => void;

/** SpanKind.SERVER, without loading the API into children that measure its absence. */
export const KIND_SERVER = 1;

/** `api`: attributes given at the start, as most instrumentations do. */
export function withOptions(tracer: Tracer): RecordSpan {
  return (values) => {
    const span = tracer.startSpan(values.name, {
      kind: KIND_SERVER,
      attributes: {
        'http.route': values.route,
        'enduser.id': values.user,
        'http.response.status_code': values.status,
        'cache.hit': values.hit,
      },
    });
    span.end();
  };
}

/** `api-set`: attributes set one by one after the start. */
export function withSetters(tracer: Tracer): RecordSpan {
  return (values) => {
    const span = tracer.startSpan(values.name, { kind: KIND_SERVER });
    span.setAttribute('http.route', values.route);
    span.setAttribute('enduser.id', values.user);
    span.setAttribute('http.response.status_code', values.status);
    span.setAttribute('cache.hit', values.hit);
    span.end();
  };
}

/** Starts a span with these attributes, and leaves its end to the caller. */
export function startWith(tracer: Tracer, build: BuildAttributes): (values: SpanValues) => Span {
  return (values) => tracer.startSpan(values.name, { kind: KIND_SERVER, attributes: build(values) });
}
