// Where the spans of this thread go: lanes of its own (export-lanes.ts), or those of another thread
// (threads/attached-lanes.ts). Thread: any. Caller: runtime.ts.

import type { ProducerThread } from './producer-thread.js';
import type { Stats } from './stats.js';

export interface SpanOutlet {
  readonly ready: Promise<void>;
  readonly producer: ProducerThread;
  forceFlush(timeoutMillis?: number): Promise<boolean>;
  flushSync(timeoutMillis?: number): boolean;
  stats(): Stats;
  shutdown(timeoutMillis?: number): Promise<boolean>;
}
