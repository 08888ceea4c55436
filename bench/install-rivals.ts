// Installs the rivals from their lock files on first use, and again when a lock file changed. Called by run.ts.

import { fileURLToPath } from 'node:url';
import { installFromLock, unpackOffloop } from '../test/support/installed-package.ts';
import type { ScenarioName } from './arguments.ts';

const FOLDERS = ['./rivals/', './rivals/sdk-node/'];
/** Three hundred packages, for one scenario only; its servers load offloop as an application does. */
const HTTP_SERVER_FOLDER = './rivals/http-server/';

export function installRivals(scenario: ScenarioName, progress: (text: string) => void): void {
  for (const folder of FOLDERS) installFromLock(pathOf(folder), progress);
  if (scenario !== 'http-server') return;
  installFromLock(pathOf(HTTP_SERVER_FOLDER), progress);
  unpackOffloop(pathOf(HTTP_SERVER_FOLDER));
}

function pathOf(folder: string): string {
  return fileURLToPath(new URL(folder, import.meta.url));
}
