// What a pool's thread runs. The pipeline starts while this module is loaded, from workerData alone: a main thread that
// ends at once, and blocks until its last spans are out, need not turn its event loop for that. The pool's task brings
// the control ports later. No top-level await: piscina loads this file with require first.

import { threadId, workerData } from 'node:worker_threads';
import type { LaneAttach, LaneReady, LaneStart } from '../shared/control.js';
import { serveControl } from './control-server.js';
import { Lane } from './lane.js';
import { PoolListener } from './pool-listener.js';

const start = workerData as LaneStart;
// First: from now on no announcement is missed.
const listener =
  start.poolChannel === undefined ? undefined : new PoolListener(start.lane, start.words, start.poolChannel);
const lane = new Lane(start, true, listener);

/** The pool's task: connects main, and answers when records flow. */
export default async function attach(ports: LaneAttach): Promise<LaneReady> {
  lane.adoptLarge(ports.largeSent);
  lane.connect(serveControl(ports, lane));
  await lane.ready;
  return { lane: start.lane, threadId };
}
