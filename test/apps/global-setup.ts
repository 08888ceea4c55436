// Runs once before the suite of applications: installs them and this package, starts PostgreSQL and Redis.

import type { TestProject } from 'vitest/node';
import { installFromLock, unpackOffloop } from '../support/installed-package.ts';
import { findServers } from './find-servers.ts';
import { type RunningServer, startPostgres, startRedis } from './servers.ts';

declare module 'vitest' {
  interface ProvidedContext {
    postgresPort: number;
    redisPort: number;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const binaries = findServers(console.error);
  installFromLock(import.meta.dirname, console.error);
  unpackOffloop(import.meta.dirname);
  const running: RunningServer[] = [];
  const close = async () => {
    for (const server of running) await server.close();
  };
  try {
    const postgres = await startPostgres(binaries.postgresFolder);
    running.push(postgres);
    const redis = await startRedis(binaries.redisServer);
    running.push(redis);
    project.provide('postgresPort', postgres.port);
    project.provide('redisPort', redis.port);
  } catch (error) {
    await close();
    throw error;
  }
  return close;
}
