// What export workers tell main without being asked. Thread: main. Callers: worker-host.ts, inline-host.ts.

import type { MainControl } from '../../shared/control.js';
import { report } from './diagnostics.js';

export function mainControl(onRetired: (producerId: number) => void): MainControl {
  return {
    diagnostic: (level, message) => report(level, message.slice(0, 24), message),
    producerRetired: onRetired,
  };
}
