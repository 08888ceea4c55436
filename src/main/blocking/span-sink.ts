// Where spans go that ended in a task's thread: to what records the caller's own spans. Thread: the user's. Callers:
// task-thread-host.ts, block-on-thread-host.ts, once for each message of a thread.
//
// offloop's rings take them through the adapter for spans of others. With plug-ins, with `offloop/sdk` and with the test kit they go
// to the processors' `onEnd`; `onStart` and `onEnding` were due in the task's thread, where processors are not. Another SDK
// has no door for finished spans: they are counted, and said.

import { trace } from '@opentelemetry/api';
import { atomicAdd } from '../../shared/atomics.js';
import type { SpanLimits } from '../../shared/config/resolved-config.js';
import { report } from '../lifecycle/diagnostics.js';
import { unixMillisAtMonotonicZero } from '../lifecycle/process-clock.js';
import { ReadableSpanRecorder } from '../offload/readable/readable-span-recorder.js';
import { type ActiveRecording, activeRecording } from '../record/active-recording.js';
import { endedElsewhere, RECORDS_ENDED, type RecordsEnded } from '../sdk/ended-spans.js';
import type { ReadableSpan } from '../sdk/types.js';
import { readableSpan, type SpanData } from './message/span-data.js';
import type { SpansMessage } from './message/task-message.js';

type Resource = ReadableSpan['resource'];

let recorder: ReadableSpanRecorder | undefined;
let recorderOf: ActiveRecording | undefined;

/** `spansInFlight`: as the thread counts them. */
export function takeThreadMessage(message: SpansMessage, spansInFlight: Int32Array): void {
  if ('span' in message) {
    atomicAdd(spansInFlight, 0, -1);
    recordSpanData(message.span);
  } else {
    reportLostSpans(message.lostSpans, 'more were in flight than are kept');
  }
}

/** Never throws. */
function recordSpanData(data: SpanData): void {
  try {
    const active = activeRecording();
    if (active !== undefined && 'recording' in active) {
      if (recorder === undefined || recorderOf !== active) {
        recorder = new ReadableSpanRecorder(active.recording, active.defineScope);
        recorderOf = active;
      }
      recorder.record(readableSpan(data, NO_RESOURCE));
      return;
    }
    const provider = endedSpansOf(active?.tracerProvider) ?? endedSpansOf(registeredProvider());
    if (provider !== undefined) {
      provider[RECORDS_ENDED]((resource) => {
        const span = readableSpan(data, resource);
        endedElsewhere.add(span);
        return span;
      });
      return;
    }
    reportLostSpans(1, 'the SDK that is registered takes no finished spans');
  } catch (error) {
    reportLostSpans(1, error instanceof Error ? error.message : 'it cannot be read');
  }
}

function reportLostSpans(count: number, why: string): void {
  lost += count;
  report('warn', 'task spans', `spans of blocking tasks are not recorded, ${lost} so far: ${why}`);
}

let lost = 0;

/** Limits of the caller's spans are those of the task's, if they are known. */
export function limitsForTasks(): SpanLimits | undefined {
  const active = activeRecording();
  return active !== undefined && 'recording' in active ? active.recording.limits : undefined;
}

/** What a task's thread converts times with: as the workers do, if the caller's spans go straight to the rings. */
export function clockForTasks(): number | undefined {
  const active = activeRecording();
  return active !== undefined && 'recording' in active ? unixMillisAtMonotonicZero() : undefined;
}

/** The rings' adapter does not ask: the resource is the process's. */
const NO_RESOURCE = { attributes: {} } as Resource;

function endedSpansOf(provider: unknown): RecordsEnded | undefined {
  return typeof provider === 'object' && provider !== null && RECORDS_ENDED in provider
    ? (provider as RecordsEnded)
    : undefined;
}

function registeredProvider(): unknown {
  const provider = trace.getTracerProvider() as { getDelegate?(): unknown };
  return provider.getDelegate?.() ?? provider;
}
