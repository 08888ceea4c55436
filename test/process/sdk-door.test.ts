// Importing `offloop/sdk` does nothing: no worker, timer, socket, listener, global, and no environment variable is read.

import { expect, test } from 'vitest';
import { AppProcess } from './app-process.js';

async function changesOf(door: string): Promise<unknown> {
  const app = new AppProcess({ app: 'import-door.mjs', args: [[door]] });
  const changes = await app.said('changes');
  expect((await app.ended).code).toBe(0);
  return changes;
}

const NOTHING = { globals: [], listeners: 0, resources: [], environment: [] };

test('importing offloop/sdk changes nothing in the process, and lets it end', async () => {
  expect(await changesOf('offloop/sdk')).toEqual(NOTHING);
});

test('the check sees a door that does something', async () => {
  expect(await changesOf('offloop/register')).not.toEqual(NOTHING);
});
