// How the cost of recording a span grows with one quantity: attributes of a span, spans open at a time, fill of the
// ring, size of the ring (the last is a subject option; here it is the plain span). Bursts as in record.ts; the middle
// one counts, since a few bursts must show a slope.

import type { Span } from '@opentelemetry/api';
import { ATTRIBUTE_LITERALS } from '../load/attribute-literals.ts';
import { startWith } from '../load/styles.ts';
import { type SpanValues, ValueSource } from '../load/values.ts';
import { median } from '../stats.ts';
import type { Subject } from '../subjects/subject.ts';
import { numberOption, type Task, textOption } from './task.ts';

const BURST = 400;
const POOL = 64;
const WARM_BURSTS = 100;
const ATTRIBUTES = 4;
/** Filling stops here if the ring does not report the wanted fill. */
const FILL_SPANS_MAX = 2_000_000;

type RecordNext = (values: SpanValues) => void;

/** Keeps `count` spans open: each new one ends the oldest. */
function throughLiveSpans(
  start: (values: SpanValues) => Span,
  pool: SpanValues[],
  count: number,
): RecordNext {
  const live = Array.from({ length: count }, (_, index) => start(pool[index & (POOL - 1)]));
  let oldest = 0;
  return (values) => {
    live[oldest].end();
    live[oldest] = start(values);
    oldest = oldest + 1 === count ? 0 : oldest + 1;
  };
}

async function fillRing(
  subject: Subject,
  record: RecordNext,
  pool: SpanValues[],
  wanted: number,
): Promise<number> {
  if (subject.fill === undefined) throw new Error('growth: this subject has no ring');
  let recorded = 0;
  while (subject.fill() < wanted) {
    if (recorded >= FILL_SPANS_MAX) throw new Error(`growth: the ring does not fill to ${wanted}`);
    for (let index = 0; index < BURST; index++) record(pool[index & (POOL - 1)]);
    recorded += BURST;
    await new Promise((resolve) => setImmediate(resolve));
  }
  return recorded;
}

export const run: Task = async (subject, options) => {
  if (subject.tracer === undefined) throw new Error('growth: idle has nothing to measure');
  const axis = textOption(options, 'axis');
  const value = numberOption(options, 'value');
  const bursts = numberOption(options, 'bursts');
  const pool = new ValueSource().pool(POOL);
  const build = ATTRIBUTE_LITERALS.get(axis === 'attributes' ? value : ATTRIBUTES);
  if (build === undefined) throw new Error(`growth: no literal of ${value} attributes`);
  const start = startWith(subject.tracer, build);
  const startAndEnd: RecordNext = (values) => start(values).end();
  const record = axis === 'live' ? throughLiveSpans(start, pool, value) : startAndEnd;

  let offered = 0;
  const burst = (): number => {
    const begin = process.hrtime.bigint();
    for (let index = 0; index < BURST; index++) record(pool[index & (POOL - 1)]);
    offered += BURST;
    return Number(process.hrtime.bigint() - begin);
  };
  for (let index = 0; index < WARM_BURSTS; index++) {
    burst();
    await subject.flush();
  }

  const held = axis === 'fill' && value > 0;
  const control = `http://127.0.0.1:${numberOption(options, 'sinkPort')}`;
  if (held) {
    await fetch(`${control}/hold`, { method: 'PUT' });
    offered += await fillRing(subject, record, pool, value);
  }
  const nanos: number[] = [];
  for (let index = 0; index < bursts; index++) {
    nanos.push(burst());
    if (!held) await subject.flush();
  }
  if (held) await fetch(`${control}/release`, { method: 'PUT' });
  await subject.flush();
  return { metrics: { recordNsPerSpan: median(nanos) / BURST }, offered };
};
