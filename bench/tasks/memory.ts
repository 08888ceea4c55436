// Resident memory of the process when telemetry is ready and after a number of spans. For the subject `idle` the same
// loop runs without telemetry; scenarios/startup.ts subtracts it.

import { chooseStyle } from '../load/choose-style.ts';
import { ValueSource } from '../load/values.ts';
import { numberOption, type Task } from './task.ts';

/** Below the default queue of OTel JS (2048), so that nothing is dropped. */
const BURST = 1500;

export const run: Task = async (subject, options) => {
  const readyBytes = process.memoryUsage.rss();
  const record = chooseStyle(subject, 'api');
  const source = new ValueSource();
  const spans = numberOption(options, 'spans');
  let offered = 0;
  while (offered < spans) {
    const burst = Math.min(BURST, spans - offered);
    for (let index = 0; index < burst; index++) record(source.next());
    offered += burst;
    await subject.flush();
    // A loop that only resolves promises would starve timers and sockets.
    await new Promise((resolve) => setImmediate(resolve));
  }
  return {
    metrics: {
      readyBytes,
      afterBytes: process.memoryUsage.rss(),
      peakBytes: process.resourceUsage().maxRSS * 1024,
    },
    offered,
  };
};
