// One object of each class that is made for a span, kept as long as the recording. Thread: producer. Caller:
// lifecycle/producer-thread.ts. Why: `Recording.keepExample`.

import { ROOT_CONTEXT } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import { withSpan } from '../context/span-context-node.js';
import { NameEntry } from '../record/name-table.js';
import type { Recording } from '../record/recording.js';
import { RecordingSpan } from './span.js';
import { OpenSpanExtra } from './span-extra.js';

export function keepExamples(recording: Recording): void {
  const origin = { recording, scopeId: 0, instrumentationScope: { name: '' }, resource: {} as Resource };
  // Never recorded. Its start is no integer, as that of real spans.
  const span = new RecordingSpan(origin, new NameEntry('', 0), 0, 0.5, undefined, 0, 0, 0, 0, 0, 0, 0, 0);
  for (const example of [span, new OpenSpanExtra(), withSpan(ROOT_CONTEXT, span)]) {
    recording.keepExample(example);
  }
}
