// Entry of the demo's receiver process. It answers over IPC and ends when the channel closes, so that it cannot
// outlive the demo, however that ends.

import { pickExampleTrace } from './example-trace.js';
import { startReceiver } from './receiver.js';
import type { ReceiverMessage, ReceiverRequest } from './receiver-messages.js';

function tell(message: ReceiverMessage): void {
  // The channel may close at any time; 'disconnect' below does what is to be done then.
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
}

// Ctrl-C reaches the whole process group: the demo decides when this process ends.
process.on('SIGINT', () => {});
process.on('disconnect', () => process.exit(0));

try {
  const receiver = await startReceiver({ httpPort: 0, grpcPort: 0 });
  process.on('message', (request: ReceiverRequest) => {
    if (request.ask === 'counts') tell({ tell: 'counts', counts: receiver.store.counts });
    else tell({ tell: 'example', trace: pickExampleTrace(receiver.store.traces()) });
  });
  tell({ tell: 'ready', httpPort: receiver.httpPort, grpcPort: receiver.grpcPort });
} catch (error) {
  tell({ tell: 'failed', reason: error instanceof Error ? error.message : String(error) });
  process.exitCode = 1;
}
