// `http-server`: requests per second and CPU per request of servers that say hello as JSON, under
// auto-instrumentations-node, with 32 connections from another process. Four servers of one kind stand side by side and
// are loaded in turn, half a second each, several times: a slow second of the machine is everybody's.
//
// The cost of an SDK is what a request costs more than under `floor`, the instrumentations without any provider. Between
// its turns a server exports what it has left; that counts as the turn before.

import { setTimeout as sleep } from 'node:timers/promises';
import { LoadGenerator } from '../http-server/load-client.ts';
import { type Figures, LoadedServer } from '../http-server/loaded-server.ts';
import type { ServerKind, ServerSubject } from '../http-server/server-process.ts';
import type { Scenario, ScenarioContext } from '../scenario.ts';

const KINDS: readonly ServerKind[] = ['http', 'fastify'];
/** Longer than OTEL_BSP_SCHEDULE_DELAY of the servers: what is left after the last turn is exported by then. */
const SETTLE_MILLIS = 1000;

interface Times {
  readonly warmMillis: number;
  readonly turnMillis: number;
  readonly turns: number;
}

const TIMES: Times = { warmMillis: 2000, turnMillis: 500, turns: 10 };
const QUICK_TIMES: Times = { warmMillis: 1000, turnMillis: 500, turns: 3 };

async function measureKind(context: ScenarioContext, kind: ServerKind, round: number): Promise<void> {
  const times = context.quick ? QUICK_TIMES : TIMES;
  const subjects: ServerSubject[] = ['none', 'floor'];
  if (context.has('otel-js')) subjects.push('official');
  if (context.has('offloop')) subjects.push('offloop');
  const load = new LoadGenerator();
  const servers: LoadedServer[] = [];
  try {
    for (const subject of subjects) {
      context.progress(`${kind} ${subject}`);
      servers.push(await LoadedServer.start(kind, subject));
    }
    for (const server of servers) await server.warm(load, times.warmMillis);
    await sleep(SETTLE_MILLIS);
    context.progress(`${kind} in turn`);
    for (let turn = 0; turn < times.turns; turn++) {
      // Another one begins each time: who comes after whom is nobody's advantage.
      for (let place = 0; place < servers.length; place++) {
        await servers[(place + turn + round) % servers.length].turn(load, times.turnMillis);
      }
    }
    await sleep(SETTLE_MILLIS);
    const figures = new Map<ServerSubject, Figures>();
    for (const server of servers) figures.set(server.subject, await server.figures());
    for (let server = servers.shift(); server !== undefined; server = servers.shift()) {
      addFigures(context, kind, server.subject, figures, await server.end());
    }
  } finally {
    for (const server of servers) server.kill();
    await load.close();
  }
}

function addFigures(
  { table }: ScenarioContext,
  kind: ServerKind,
  subject: ServerSubject,
  figures: ReadonlyMap<ServerSubject, Figures>,
  droppedPercent: number,
): void {
  const own = figures.get(subject);
  const floor = figures.get('floor');
  if (own === undefined || floor === undefined) throw new Error(`${kind}: no figures of ${subject}`);
  table.add(subject, kind, { ...own });
  if (subject === 'none' || subject === 'floor') return;
  table.add(subject, kind, {
    sdkCpuMicrosPerRequest: own.cpuMicrosPerRequest - floor.cpuMicrosPerRequest,
    sdkMainCpuMicrosPerRequest: own.mainCpuMicrosPerRequest - floor.mainCpuMicrosPerRequest,
    droppedPercent,
  });
}

export const scenario: Scenario = {
  rounds: 5,
  round: async (context, round) => {
    for (const kind of KINDS) await measureKind(context, kind, round);
  },
  ratios: KINDS.flatMap((kind) => [
    {
      key: `sdkCpuPerRequest:${kind}`,
      kind: 'cost' as const,
      ours: { subject: 'offloop', variant: kind, metric: 'sdkCpuMicrosPerRequest' },
      rival: { subject: 'official', variant: kind, metric: 'sdkCpuMicrosPerRequest' },
    },
    {
      key: `sdkMainCpuPerRequest:${kind}`,
      kind: 'cost' as const,
      ours: { subject: 'offloop', variant: kind, metric: 'sdkMainCpuMicrosPerRequest' },
      rival: { subject: 'official', variant: kind, metric: 'sdkMainCpuMicrosPerRequest' },
    },
  ]),
};
