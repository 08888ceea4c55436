// One object of each class that is made for an SdkSpan, kept as long as its provider. Thread: producer. Caller:
// provider-parts.ts. Why: `Recording.keepExample`; trace/span-examples.ts has those of the rings.
//
// Measured with one processor: the first 500 spans after full collections that met none take 5 to 13 us each without
// examples, and 2 us with them.

import { ROOT_CONTEXT, SpanKind } from '@opentelemetry/api';
import { withSpan } from '../context/span-context-node.js';
import { AttributeBag } from './attribute-bag.js';
import { Lineage } from './lineage.js';
import { SdkSpan, type SdkSpanOrigin } from './span.js';

type Shared = Pick<SdkSpanOrigin, 'limits' | 'processor' | 'problems'>;

export function spanExamples({ limits, processor, problems }: Shared): readonly object[] {
  // The clock is the process's: a user's own one is not read. Nobody gets the span, and so nobody asks for a resource.
  const origin = { limits, processor, problems, timeSource: undefined } as SdkSpanOrigin;
  const lineage = new Lineage(ROOT_CONTEXT, problems);
  const span = new SdkSpan(origin, {
    name: '',
    kind: SpanKind.INTERNAL,
    lineage,
    traceFlags: 0,
    traceState: undefined,
    startTime: undefined,
    attributes: new AttributeBag(limits.attributeCountLimit, limits, problems),
    links: [],
    droppedLinks: 0,
    onEnded: undefined,
  });
  return [span, lineage, withSpan(ROOT_CONTEXT, span)];
}
