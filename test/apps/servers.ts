// Test tooling. A PostgreSQL and a Redis of their own for one run of the suite: free ports, temporary folders, stopped
// and removed at the end. Caller: global-setup.ts.

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface RunningServer {
  readonly port: number;
  close(): Promise<void>;
}

interface Identity {
  readonly uid?: number;
  readonly gid?: number;
}

export async function startPostgres(binaries: string): Promise<RunningServer> {
  const folder = mkdtempSync(join(tmpdir(), 'offloop-postgres-'));
  // PostgreSQL refuses to be run by root.
  const identity = process.getuid?.() === 0 ? identityOf('postgres', 'nobody') : {};
  const data = join(folder, 'data');
  mkdirSync(data);
  chmodSync(folder, 0o755);
  chmodSync(data, 0o700);
  if (identity.uid !== undefined && identity.gid !== undefined) {
    chownSync(folder, identity.uid, identity.gid);
    chownSync(data, identity.uid, identity.gid);
  }
  execFileSync(
    join(binaries, 'initdb'),
    ['-D', data, '-U', 'app', '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync'],
    { ...identity, cwd: folder, stdio: 'pipe' },
  );
  const port = await freePort();
  const settings = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: folder,
    fsync: 'off',
    shared_buffers: '16MB',
    // Another language would change the messages of errors, and what marks the server ready.
    lc_messages: 'C',
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const server = spawn(join(binaries, 'postgres'), ['-D', data, ...options], {
    ...identity,
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  await saidReady(server, server.stderr, 'ready to accept connections');
  // SIGINT is PostgreSQL's fast shutdown: it does not wait for clients.
  return { port, close: () => stop(server, 'SIGINT', folder) };
}

export async function startRedis(binary: string): Promise<RunningServer> {
  const folder = mkdtempSync(join(tmpdir(), 'offloop-redis-'));
  const port = await freePort();
  const server = spawn(
    binary,
    ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  );
  await saidReady(server, server.stdout, 'Ready to accept connections');
  return { port, close: () => stop(server, 'SIGTERM', folder) };
}

function identityOf(...users: readonly string[]): Identity {
  for (const user of users) {
    try {
      const id = (flag: string) =>
        Number(execFileSync('id', [flag, user], { encoding: 'utf8', stdio: 'pipe' }));
      return { uid: id('-u'), gid: id('-g') };
    } catch {
      // No such user: the next one.
    }
  }
  throw new Error(`PostgreSQL does not run as root, and there is no user ${users.join(' or ')}`);
}

/** Free when asked for; the servers cannot be told to take any port and say which. */
async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function saidReady(server: ChildProcess, output: NodeJS.ReadableStream, mark: string): Promise<void> {
  const lines: string[] = [];
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.once('exit', (code) => reject(new Error(`the server ended with ${code}:\n${lines.join('\n')}`)));
    // Read on after the mark: a full pipe would stop the server.
    createInterface({ input: output }).on('line', (line) => {
      lines.push(line);
      if (lines.length > 50) lines.shift();
      if (line.includes(mark)) resolve();
    });
  });
}

async function stop(server: ChildProcess, signal: NodeJS.Signals, folder: string): Promise<void> {
  if (server.exitCode === null && server.signalCode === null) {
    const ended = once(server, 'exit');
    server.kill(signal);
    await ended;
  }
  rmSync(folder, { recursive: true, force: true });
}
