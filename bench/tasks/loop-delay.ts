// Delay of the event loop while spans are recorded and exported at a steady rate. Two probes: Node's own histogram
// (a timer every millisecond: an undisturbed loop shows 1 to 2 ms) and the distance between the generator's bursts,
// from which peaks are counted.

import { monitorEventLoopDelay } from 'node:perf_hooks';
import { chooseStyle } from '../load/choose-style.ts';
import { offer } from '../load/pace.ts';
import { ValueSource } from '../load/values.ts';
import { percentile } from '../stats.ts';
import { numberOption, type Task } from './task.ts';

/** A burst this late is a peak. */
const PEAK_MILLIS = 5;

export const run: Task = async (subject, options) => {
  const record = chooseStyle(subject, 'api');
  const perSecond = numberOption(options, 'perSecond');
  const durationMillis = numberOption(options, 'durationMillis');
  const source = new ValueSource();
  let offered = 0;
  const emit = (count: number): void => {
    for (let index = 0; index < count; index++) record(source.next());
    offered += count;
  };
  await offer({ perSecond, durationMillis: numberOption(options, 'warmMillis'), tickMillis: 1, emit });

  const gaps: number[] = [];
  const histogram = monitorEventLoopDelay({ resolution: 1 });
  histogram.enable();
  const tookMillis = await offer({
    perSecond,
    durationMillis,
    tickMillis: 1,
    emit,
    onTick: (sinceLastMillis) => gaps.push(sinceLastMillis),
  });
  histogram.disable();
  await subject.flush();
  gaps.sort((a, b) => a - b);
  return {
    metrics: {
      loopDelayP50Millis: histogram.percentile(50) / 1e6,
      loopDelayP99Millis: histogram.percentile(99) / 1e6,
      loopDelayP999Millis: histogram.percentile(99.9) / 1e6,
      loopDelayMaxMillis: histogram.max / 1e6,
      burstGapP99Millis: percentile(gaps, 99),
      burstGapMaxMillis: gaps[gaps.length - 1],
      peaksPerSecond: (gaps.filter((gap) => gap > PEAK_MILLIS).length * 1000) / tookMillis,
    },
    offered,
  };
};
