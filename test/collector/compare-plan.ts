// Test tooling. Compares a span that the Collector holds with its plan, field by field.

import { type CanonicalAttributes, type CanonicalValue, canonical, type ReceivedSpan } from './otlp-json.ts';
import type { PlannedValue } from './planned-value.ts';
import type { RecordedSpan } from './record-plan.ts';
import {
  COUNT_LIMIT,
  type PlannedAttributes,
  type PlannedEvent,
  type PlannedLink,
  type PlannedTime,
  type SpanPlan,
} from './span-plan.ts';

export interface Difference {
  readonly field: string;
  readonly expected: string;
  readonly received: string;
}

const HAS_IS_REMOTE = 0x100;
const IS_REMOTE = 0x200;

/**
 * A time that the SDK took itself is only known to lie between two wall-clock readings of the child. Readings are
 * whole milliseconds, and the SDK's anchor may have been taken while the machine was busy.
 */
export const CLOCK_TOLERANCE_MILLIS = 100;

/** All differences; none if the span is the planned one in every field. */
export function compareSpan(
  plan: SpanPlan,
  recorded: RecordedSpan,
  parentSpanId: string,
  received: ReceivedSpan,
): Difference[] {
  const [traceId, spanId, traceFlags, beforeMillis, afterMillis] = recorded;
  const differences: Difference[] = [];
  const same = (field: string, expected: unknown, actual: unknown) => {
    if (expected !== actual) differences.push({ field, expected: show(expected), received: show(actual) });
  };
  const sameTime = (field: string, planned: PlannedTime, actual: string) => {
    const problem = compareTime(planned, actual, beforeMillis, afterMillis);
    if (problem !== undefined) differences.push({ field, expected: problem, received: actual });
  };

  same('traceId', traceId, received.traceId);
  same('spanId', spanId, received.spanId);
  same('parentSpanId', parentSpanId, received.parentSpanId);
  same('traceState', plan.traceState, received.traceState);
  same('flags', spanFlags(traceFlags, plan.parent.kind === 'remote'), received.flags);
  same('scope.name', plan.scope.name, received.scope.name);
  same('scope.version', plan.scope.version ?? '', received.scope.version);
  same('scope.schemaUrl', plan.scope.schemaUrl ?? '', received.scope.schemaUrl);
  same('name', (plan.renamedTo ?? plan.name).toWellFormed(), received.name);
  same('kind', plan.kind + 1, received.kind);
  sameTime('startTime', plan.start, received.startUnixNanos);
  sameTime('endTime', plan.end, received.endUnixNanos);
  same('startTime <= endTime', true, BigInt(received.startUnixNanos) <= BigInt(received.endUnixNanos));

  const expected = limited([...plan.startAttributes, ...plan.laterAttributes]);
  same('attributes', attributesText(expected.attributes), receivedText(received.attributes));
  same('droppedAttributesCount', expected.droppedCount, received.droppedAttributesCount);

  same('events.length', Math.min(plan.events.length, COUNT_LIMIT), received.events.length);
  same('droppedEventsCount', Math.max(0, plan.events.length - COUNT_LIMIT), received.droppedEventsCount);
  for (const [i, actual] of received.events.entries()) {
    const planned = plan.events[i];
    if (planned === undefined) break;
    same(`events[${i}].name`, planned.name.toWellFormed(), actual.name);
    sameTime(`events[${i}].time`, planned.time, actual.timeUnixNanos);
    same(
      `events[${i}].attributes`,
      attributesText(eventAttributes(planned)),
      receivedText(actual.attributes),
    );
    same(`events[${i}].droppedAttributesCount`, 0, actual.droppedAttributesCount);
  }

  const links = [...plan.startLinks, ...plan.laterLinks];
  same('links.length', Math.min(links.length, COUNT_LIMIT), received.links.length);
  same('droppedLinksCount', Math.max(0, links.length - COUNT_LIMIT), received.droppedLinksCount);
  for (const [i, actual] of received.links.entries()) {
    const planned = links[i];
    if (planned === undefined) break;
    const { context } = planned;
    same(`links[${i}].traceId`, context.traceId, actual.traceId);
    same(`links[${i}].spanId`, context.spanId, actual.spanId);
    same(`links[${i}].traceState`, context.traceState ?? '', actual.traceState);
    same(`links[${i}].flags`, linkFlags(planned), actual.flags);
    same(
      `links[${i}].attributes`,
      attributesText(limited(planned.attributes).attributes),
      receivedText(actual.attributes),
    );
    same(`links[${i}].droppedAttributesCount`, 0, actual.droppedAttributesCount);
  }

  const status = expectedStatus(plan);
  same('status.code', status.code, received.status.code);
  same('status.message', status.message, received.status.message);
  return differences;
}

function spanFlags(traceFlags: number, parentIsRemote: boolean): number {
  return traceFlags | HAS_IS_REMOTE | (parentIsRemote ? IS_REMOTE : 0);
}

function linkFlags({ context }: PlannedLink): number {
  return context.traceFlags | HAS_IS_REMOTE | (context.isRemote === true ? IS_REMOTE : 0);
}

/** Undefined if the time is right, else what it should have been. */
function compareTime(
  planned: PlannedTime,
  actual: string,
  before: number,
  after: number,
): string | undefined {
  let exact: bigint;
  switch (planned.form) {
    case 'hrtime':
      exact = BigInt(planned.seconds) * 1_000_000_000n + BigInt(planned.nanos);
      break;
    case 'date':
      exact = BigInt(planned.millis) * 1_000_000n;
      break;
    case 'epoch':
      exact = BigInt(planned.millis * 4) * 250_000n;
      break;
    default: {
      const earlier = planned.form === 'performance' ? planned.beforeMillis : 0;
      const earliest = before - earlier - CLOCK_TOLERANCE_MILLIS;
      const latest = after - earlier + 1 + CLOCK_TOLERANCE_MILLIS;
      const millis = Number(BigInt(actual) / 1000n) / 1000;
      return millis >= earliest && millis <= latest ? undefined : `${earliest} to ${latest} unix ms`;
    }
  }
  return BigInt(actual) === exact ? undefined : String(exact);
}

/** Same key: the later value, in the earlier place. A new key beyond the limit is dropped and counted. */
function limited(planned: PlannedAttributes): {
  attributes: Map<string, PlannedValue>;
  droppedCount: number;
} {
  const attributes = new Map<string, PlannedValue>();
  let droppedCount = 0;
  for (const [key, value] of planned) {
    if (attributes.has(key) || attributes.size < COUNT_LIMIT) attributes.set(key, value);
    else droppedCount++;
  }
  return { attributes, droppedCount };
}

function eventAttributes(event: PlannedEvent): Map<string, PlannedValue> {
  if (event.exception === undefined) return limited(event.attributes).attributes;
  const { name, message, stack } = event.exception;
  const attributes = new Map<string, PlannedValue>([['exception.type', name]]);
  // An empty message says nothing and is left out.
  if (message !== '') attributes.set('exception.message', message);
  return attributes.set('exception.stacktrace', stack);
}

/** OK is final, and only an error has a message. OTLP numbers are those of the API. */
function expectedStatus(plan: SpanPlan): { code: number; message: string } {
  let status: { code: number; message: string } = { code: 0, message: '' };
  for (const { code, message } of plan.statusCalls) {
    if (status.code !== 1) status = { code, message: code === 2 ? (message ?? '').toWellFormed() : '' };
  }
  return status;
}

function attributesText(attributes: ReadonlyMap<string, PlannedValue>): CanonicalValue {
  return canonical.map(
    [...attributes].map(([key, value]) => [key.toWellFormed(), plannedText(value)] as const),
  );
}

function receivedText(attributes: CanonicalAttributes): CanonicalValue {
  return canonical.map(attributes);
}

function plannedText(value: PlannedValue): CanonicalValue {
  if (value === null) return canonical.empty;
  if (typeof value === 'string') return canonical.string(value.toWellFormed());
  if (typeof value === 'boolean') return canonical.boolean(value);
  // Planned integers all fit 64 bits; -0 is the integer 0.
  if (typeof value === 'number')
    return Number.isInteger(value) ? canonical.int(BigInt(value)) : canonical.double(value);
  if (value instanceof Uint8Array) return canonical.bytes(value);
  if (Array.isArray(value)) return canonical.array(value.map(plannedText));
  return canonical.map(Object.entries(value).map(([key, item]) => [key, plannedText(item)] as const));
}

function show(value: unknown): string {
  const text = String(value);
  return text.length > 300 ? `${text.slice(0, 300)}... (${text.length} characters)` : text;
}
