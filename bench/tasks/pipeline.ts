// CPU of the main thread and of the whole process while spans are recorded and exported at a steady rate. For the
// subject `idle` the same generator runs without telemetry; scenarios/pipeline.ts subtracts it.

import { chooseStyle } from '../load/choose-style.ts';
import { readCpu } from '../load/cpu.ts';
import { offer } from '../load/pace.ts';
import { ValueSource } from '../load/values.ts';
import { numberOption, type Task, textOption } from './task.ts';

export const run: Task = async (subject, options) => {
  const record = chooseStyle(subject, textOption(options, 'style'));
  const perSecond = numberOption(options, 'perSecond');
  const source = new ValueSource();
  let offered = 0;
  const emit = (count: number): void => {
    for (let index = 0; index < count; index++) record(source.next());
    offered += count;
  };
  const tickMillis = perSecond > 20_000 ? 1 : 2;

  await offer({ perSecond, durationMillis: numberOption(options, 'warmMillis'), tickMillis, emit });
  await subject.flush();

  const offeredBefore = offered;
  const deliveredBefore = subject.totals(offered).delivered;
  const before = readCpu();
  await offer({ perSecond, durationMillis: numberOption(options, 'durationMillis'), tickMillis, emit });
  await subject.flush();
  const after = readCpu();
  return {
    metrics: {
      mainCpuNanos: after.mainNanos - before.mainNanos,
      totalCpuNanos: after.processNanos - before.processNanos,
      windowOffered: offered - offeredBefore,
      windowDelivered: subject.totals(offered).delivered - deliveredBefore,
      rssMegabytes: process.memoryUsage.rss() / 1e6,
    },
    offered,
  };
};
