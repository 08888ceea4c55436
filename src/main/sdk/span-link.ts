// What user code passes as a link -> a checked copy. Thread: producer. Callers: start-input.ts (links given at the start, which
// the sampler sees too), span.ts. Specification: Trace API, "Link"; zeros are legal ids.

import type { Link, SpanContext } from '@opentelemetry/api';
import type { SpanLimits } from '../../shared/config/resolved-config.js';
import { COUNT_LIMIT_MAX } from '../../shared/limits.js';
import { isTraceState } from '../trace/trace-state.js';
import { AttributeBag } from './attribute-bag.js';
import type { InputProblems } from './input-problems.js';

const TRACE_ID = /^[0-9a-f]{32}$/;
const SPAN_ID = /^[0-9a-f]{16}$/;

/** Undefined: it links to nothing that could be sent. */
export function linkOf(link: unknown, limits: SpanLimits, problems: InputProblems): Link | undefined {
  try {
    const { context: given, attributes, droppedAttributesCount } = link as Link;
    if (!isSendable(given)) {
      problems.argument('a link');
      return undefined;
    }
    const context = withTraceState(given, problems);
    const before = countOf(droppedAttributesCount);
    if (typeof attributes !== 'object' || attributes === null) {
      return before === 0 ? { context } : { context, droppedAttributesCount: before };
    }
    const bag = new AttributeBag(limits.attributePerLinkCountLimit, limits, problems);
    bag.setAll(attributes);
    return {
      context,
      attributes: bag.attributes,
      droppedAttributesCount: bag.dropped + before,
    };
  } catch {
    problems.argument('a link');
    return undefined;
  }
}

/** Not what iterates: an array only, and only so far, for it may be a proxy that never ends. */
export function linksOf(links: unknown, problems: InputProblems): readonly unknown[] {
  if (links === undefined || links === null) return [];
  try {
    if (Array.isArray(links)) {
      if (links.length > COUNT_LIMIT_MAX) problems.argument('a list of links');
      return Array.from({ length: Math.min(links.length, COUNT_LIMIT_MAX) }, (_, i): unknown => links[i]);
    }
  } catch {
    // Said below.
  }
  problems.argument('a list of links');
  return [];
}

function isSendable(context: Partial<SpanContext> | null | undefined): context is SpanContext {
  if (typeof context !== 'object' || context === null) return false;
  const { traceId, spanId } = context;
  return (
    typeof traceId === 'string' &&
    TRACE_ID.test(traceId) &&
    typeof spanId === 'string' &&
    SPAN_ID.test(spanId)
  );
}

/** The context itself, unless exporters would meet something there that cannot be serialized. */
function withTraceState(context: SpanContext, problems: InputProblems): SpanContext {
  const { traceState } = context;
  if (traceState === undefined || isTraceState(traceState)) return context;
  problems.countInvalidTraceState();
  const { traceId, spanId, traceFlags, isRemote } = context;
  return { traceId, spanId, traceFlags, ...(isRemote === undefined ? undefined : { isRemote }) };
}

function countOf(count: unknown): number {
  return typeof count === 'number' && count > 0 && Number.isSafeInteger(count) ? count : 0;
}
