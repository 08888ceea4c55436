// What the demo and its receiver process say to each other over the IPC channel (structured clone).

import type { ReceivedSpan } from '../trace/received-span.js';
import type { ReceiverCounts } from './trace-store.js';

export interface ExampleTrace {
  readonly traceId: string;
  readonly spans: readonly ReceivedSpan[];
}

export type ReceiverRequest = { readonly ask: 'counts' } | { readonly ask: 'example' };

export type ReceiverMessage =
  | { readonly tell: 'ready'; readonly httpPort: number; readonly grpcPort: number }
  | { readonly tell: 'counts'; readonly counts: ReceiverCounts }
  | { readonly tell: 'example'; readonly trace: ExampleTrace | undefined }
  | { readonly tell: 'failed'; readonly reason: string };
