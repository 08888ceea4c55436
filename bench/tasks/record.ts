// Time from start to end of a span on the recording thread, batch path on. Bursts are smaller than a batch and
// the time between them is not counted, so that nothing is dropped and no rival's serialization is counted here:
// `pipeline` counts that. Variants that are not paced run burst after burst; paced ones offer small bursts of
// varying values at 10,000/s, so that caches are as cold as in an application.

import { chooseStyle } from '../load/choose-style.ts';
import { offer } from '../load/pace.ts';
import { type SpanValues, ValueSource } from '../load/values.ts';
import { median } from '../stats.ts';
import { numberOption, type Task, textOption } from './task.ts';

const BURST = 400;
const POOL = 64;
const WARM_BURSTS_MIN = 100;
const WARM_BURSTS_MAX = 400;
/** Two neighbouring blocks of this many bursts that agree within STEADY mean that V8 has settled. */
const BLOCK_BURSTS = 20;
const STEADY = 0.1;
const PACED_PER_SECOND = 10_000;

export const run: Task = async (subject, options) => {
  const record = chooseStyle(subject, textOption(options, 'style'));
  const source = new ValueSource();
  const pool = source.pool(POOL);
  let offered = 0;

  const burst = (): number => {
    const start = process.hrtime.bigint();
    for (let index = 0; index < BURST; index++) record(pool[index & (POOL - 1)]);
    const nanos = Number(process.hrtime.bigint() - start);
    offered += BURST;
    return nanos;
  };
  const block = async (): Promise<number> => {
    let nanos = 0;
    for (let index = 0; index < BLOCK_BURSTS; index++) {
      nanos += burst();
      await subject.flush();
    }
    return nanos / (BLOCK_BURSTS * BURST);
  };

  let warmed = 0;
  let last = await block();
  for (;;) {
    const now = await block();
    warmed += BLOCK_BURSTS;
    const steady = Math.abs(now - last) <= STEADY * last;
    if (warmed >= WARM_BURSTS_MIN && (steady || warmed >= WARM_BURSTS_MAX)) break;
    last = now;
  }

  if (options.paced === true) {
    const values: SpanValues[] = Array.from({ length: BURST }, () => ({ ...source.next() }));
    let nanos = 0;
    let counted = 0;
    await offer({
      perSecond: PACED_PER_SECOND,
      durationMillis: numberOption(options, 'pacedMillis'),
      tickMillis: 2,
      emit: (count) => {
        for (let index = 0; index < count; index++) Object.assign(values[index], source.next());
        const start = process.hrtime.bigint();
        for (let index = 0; index < count; index++) record(values[index]);
        nanos += Number(process.hrtime.bigint() - start);
        counted += count;
      },
    });
    offered += counted;
    await subject.flush();
    return { metrics: { recordNsPerSpan: nanos / counted }, offered };
  }

  const bursts = numberOption(options, 'bursts');
  const nanos: number[] = [];
  for (let index = 0; index < bursts; index++) {
    nanos.push(burst());
    await subject.flush();
  }
  // The mean holds what collecting garbage costs, and what other processes do; the middle burst neither.
  const total = nanos.reduce((sum, value) => sum + value, 0);
  return {
    metrics: { recordNsPerSpan: total / (bursts * BURST), middleBurstNsPerSpan: median(nanos) / BURST },
    offered,
  };
};
