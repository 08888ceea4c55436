// The worker thread of synckit.ts.

import { runAsWorker } from 'synckit';

runAsWorker(async (a, b) => a + b);
