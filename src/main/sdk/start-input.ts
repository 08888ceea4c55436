// What user code passes to startSpan, checked. Thread: producer. Caller: tracer.ts. Nothing of it has to be what its type says;
// what is not is told, and has a default. Specification: Trace API, "Span Creation".

import { type Attributes, type Link, SpanKind, type SpanOptions } from '@opentelemetry/api';
import type { SpanLimits } from '../../shared/config/resolved-config.js';
import { COUNT_LIMIT_MAX, VALUE_LENGTH_UNLIMITED } from '../../shared/limits.js';
import { AttributeBag } from './attribute-bag.js';
import type { InputProblems } from './input-problems.js';
import { linkOf, linksOf } from './span-link.js';

const OPTION_NAMES = ['kind', 'attributes', 'links', 'startTime', 'root'] as const;
const KIND_MAX = SpanKind.CONSUMER;

export function spanName(name: unknown, problems: InputProblems): string {
  if (typeof name === 'string') return name;
  problems.argument('a span name');
  return '';
}

export function spanKind(kind: unknown, problems: InputProblems): SpanKind {
  if (kind === undefined) return SpanKind.INTERNAL;
  if (typeof kind === 'number' && Number.isInteger(kind) && kind >= 0 && kind <= KIND_MAX) return kind;
  problems.argument('a span kind');
  return SpanKind.INTERNAL;
}

export function linksAtStart(
  given: unknown,
  limits: SpanLimits,
  problems: InputProblems,
): { kept: Link[]; dropped: number } {
  const kept: Link[] = [];
  let dropped = 0;
  for (const link of linksOf(given, problems)) {
    const copy = linkOf(link, limits, problems);
    if (copy === undefined) dropped++;
    else kept.push(copy);
  }
  return { kept, dropped };
}

/** The attributes of the span, or, where its limits cut something off, all that were given. */
export function seenBySampler(
  bag: AttributeBag,
  given: unknown,
  limits: SpanLimits,
  problems: InputProblems,
): Attributes {
  const isCut = bag.dropped > 0 || limits.attributeValueLengthLimit < VALUE_LENGTH_UNLIMITED;
  if (!isCut) return bag.attributes;
  const unlimited = { ...limits, attributeValueLengthLimit: VALUE_LENGTH_UNLIMITED };
  const whole = new AttributeBag(COUNT_LIMIT_MAX, unlimited, problems);
  whole.setAll(given);
  return whole.attributes;
}

/** Those of the options that can be read: a proxy or a getter threw. */
export function readableOptions(options: unknown): SpanOptions {
  const readable: Record<string, unknown> = {};
  for (const name of OPTION_NAMES) {
    try {
      readable[name] = (options as Record<string, unknown> | undefined)?.[name];
    } catch {
      // The caller has told it.
    }
  }
  return readable;
}
