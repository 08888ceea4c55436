// The highest rate that is recorded and delivered for a while without a drop. Rates grow by half until one fails
// twice, then the gap is bisected. What is reported is the rate really achieved: spans divided by the time from the
// first record until the last one was acknowledged, so a queue that only absorbs an overload does not count.

import { performance } from 'node:perf_hooks';
import { chooseStyle } from '../load/choose-style.ts';
import { offer } from '../load/pace.ts';
import { ValueSource } from '../load/values.ts';
import { numberOption, type Task } from './task.ts';

/** Large and varied, but drawn beforehand: at these rates drawing values would be the limit. */
const POOL = 8192;
const GROWTH = 1.5;
/** A rate counts if this much of it was achieved, flush included. */
const ACHIEVED_MIN = 0.95;
const WARM_MILLIS = 1000;

export const run: Task = async (subject, options) => {
  const record = chooseStyle(subject, 'api');
  const durationMillis = numberOption(options, 'durationMillis');
  const bisections = numberOption(options, 'bisections');
  const pool = new ValueSource().pool(POOL);
  let next = 0;
  let offered = 0;
  const emit = (count: number): void => {
    for (let index = 0; index < count; index++) record(pool[next++ & (POOL - 1)]);
    offered += count;
  };

  let best = 0;
  /** Whether the rate holds. */
  const trial = async (perSecond: number): Promise<boolean> => {
    const droppedBefore = subject.totals(offered).dropped;
    const offeredBefore = offered;
    const start = performance.now();
    await offer({ perSecond, durationMillis, tickMillis: 1, emit });
    await subject.flush();
    const seconds = (performance.now() - start) / 1000;
    const achieved = (offered - offeredBefore) / seconds;
    const holds = subject.totals(offered).dropped === droppedBefore && achieved >= perSecond * ACHIEVED_MIN;
    if (holds && achieved > best) best = achieved;
    return holds;
  };
  /** One failure may be the machine's; two are the subject's. */
  const holds = async (perSecond: number): Promise<boolean> =>
    (await trial(perSecond)) || (await trial(perSecond));

  let low = numberOption(options, 'firstPerSecond');
  await offer({ perSecond: low, durationMillis: WARM_MILLIS, tickMillis: 1, emit });
  await subject.flush();

  while (!(await holds(low))) {
    low /= GROWTH;
    if (low < 1000) throw new Error('sustained: not even 1000 spans/s hold');
  }
  let high = low * GROWTH;
  while (await holds(high)) {
    low = high;
    high *= GROWTH;
  }
  for (let index = 0; index < bisections; index++) {
    const middle = (low + high) / 2;
    if (await holds(middle)) low = middle;
    else high = middle;
  }
  return { metrics: { spansPerSecond: best }, offered };
};
