// The export pipeline on the calling thread, for OFFLOOP_WORKERS=0 and where no worker can be had. Thread: main. Caller:
// main/lifecycle, which loads this module by URL and knows it by its type in shared/control.ts.

import type { StartInline } from '../shared/control.js';
import { TIMEOUT_MILLIS_MAX } from '../shared/limits.js';
import { Lane } from './lane.js';

export const startInline: StartInline = (start, main, largeSent) => {
  // Threads are announced by main, which hears them: it is this thread.
  const lane = new Lane(start, false);
  lane.connect(main);
  // Workers that kept dying may be what this follows: what was sent to them is lost, and counted here.
  lane.adoptLarge(largeSent);
  return {
    flush: (timeoutMillis) => keepingAlive(timeoutMillis, lane.flush(timeoutMillis)),
    shutdown: (timeoutMillis) => keepingAlive(timeoutMillis, lane.shutdown(timeoutMillis)),
    large: (producerId, record) => lane.large(producerId, record),
    addProducer: (producer) => lane.addProducer(producer),
    retireProducer: (producerId) => lane.retireProducer(producerId),
    allDelivered: (producerId, range) => lane.allDelivered(producerId, range),
    headers: (headers) => lane.headers(headers),
    resource: (resource) => lane.resource(resource),
    pump: () => lane.pump(),
  };
};

/** The lane's timers let the process end; a caller who awaits a flush wants its answer first. */
async function keepingAlive(timeoutMillis: number, call: Promise<boolean>): Promise<boolean> {
  const timer = setTimeout(() => {}, Math.min(timeoutMillis, TIMEOUT_MILLIS_MAX));
  try {
    return await call;
  } finally {
    clearTimeout(timer);
  }
}
