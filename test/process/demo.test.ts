import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startReceiver } from '../../src/cli/receiver/receiver.js';
import { CommandProcess } from './command-process.js';

let temporaryFolder = '';
const commands: CommandProcess[] = [];

beforeEach(async () => {
  temporaryFolder = await mkdtemp(join(tmpdir(), 'offloop-demo-test-'));
});
afterEach(async () => {
  for (const { child, status } of commands.splice(0)) {
    child.kill('SIGTERM');
    await status;
  }
  await rm(temporaryFolder, { recursive: true, force: true });
});

function demo(environment: NodeJS.ProcessEnv = {}, seconds = 1): CommandProcess {
  const command = new CommandProcess(['demo', '--seconds', String(seconds), '--clients', '4'], {
    TMPDIR: temporaryFolder,
    ...environment,
  });
  commands.push(command);
  return command;
}

function number(text: string, pattern: RegExp): number {
  return Number(pattern.exec(text)?.[1]?.replaceAll(',', '') ?? Number.NaN);
}

test('the demo sends every span of two instrumented services to its own receiver and ends with 0', async () => {
  const command = demo();
  expect(await command.status, command.stderr).toBe(0);
  const { stdout } = command;
  const recorded = number(stdout, /^spans recorded +([\d,]+)/m);
  expect(recorded).toBeGreaterThan(100);
  expect(number(stdout, /^delivered +([\d,]+)$/m)).toBe(recorded);
  expect(number(stdout, /^dropped +([\d,]+)$/m)).toBe(0);
  expect(number(stdout, /^received +([\d,]+) different spans, none twice/m)).toBe(recorded);
  expect(stdout).toMatch(/^ {2}shop +median [\d.]+ us, mean [\d.]+ us/m);
  expect(stdout).toMatch(/^ {2}shop +p50 [\d.]+ ms, p99 [\d.]+ ms, max [\d.]+ ms$/m);
  // One trace through both services, with spans of instrumentations and by hand.
  expect(stdout).toMatch(/^trace [0-9a-f]{32} · \d+ spans · shop \+ stock · [\d.]+ ms$/m);
  expect(stdout).toContain('POST /orders  [shop, server]');
  expect(stdout).toContain('checkout  [shop, internal]');
  expect(stdout).toContain('POST /reservations  [stock, server]');
  // All of it in one request: asynchronous handler, stream, synchronous function in it, blocking work in another thread.
  const lines = stdout.split('\n');
  const handler = lines.findIndex((line) => line.endsWith('─ request handler  [shop, internal]'));
  const below = lines.slice(handler).map((line) => /[├└]─ (.+?) {2}\[shop, internal\]$/.exec(line));
  const names = below.flatMap((found) => found?.[1] ?? []);
  expect(names.slice(names.indexOf('write receipt'))).toEqual([
    'write receipt',
    'receipt lines',
    'itemize',
    'runBlocking signReceipt',
    'derive key',
  ]);
  const tree = lines.slice(lines.findIndex((line) => line.startsWith('trace ')));
  expect(Math.max(...tree.map(({ length }) => length))).toBeLessThanOrEqual(100);
  expect(stdout).toContain('Every span has arrived.');
  expect(await readdir(temporaryFolder)).toEqual([]);
});

test('the demo sends to the endpoint that is set, with its protocol and workers', async () => {
  const receiver = await startReceiver({ httpPort: 0, grpcPort: 0 });
  const command = demo({
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${receiver.grpcPort}`,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
    OFFLOOP_WORKERS: '2',
  });
  expect(await command.status, command.stderr).toBe(0);
  await receiver.close();
  expect(command.stdout).toContain(`with 2 export workers, grpc to http://127.0.0.1:${receiver.grpcPort}`);
  expect(command.stdout).toContain('Every span was delivered.');
  expect(receiver.store.counts).toMatchObject({
    httpBytes: 0,
    distinctSpans: number(command.stdout, /^spans recorded +([\d,]+)/m),
    malformedRequests: 0,
  });
});

test('the demo ends with 1 and says why when the spans cannot be delivered', async () => {
  const receiver = await startReceiver({ httpPort: 0, grpcPort: 0 });
  await receiver.close();
  const command = demo({
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${receiver.httpPort}`,
    OFFLOOP_EXIT_TIMEOUT: '100',
  });
  expect(await command.status).toBe(1);
  expect(command.stderr).toMatch(/offloop demo failed: \d+ spans were/);
  expect(command.stdout).not.toContain('Every span');
});

test.each(['SIGINT', 'SIGTERM'] as const)(
  '%s ends the demo with 130 and leaves nothing behind',
  async (signal) => {
    const command = demo({}, 60);
    const [, receiverUrl] = await command.printed(/to (http:\S+) \(the demo's own receiver\)/);
    expect((await fetch(`${receiverUrl}/v1/traces`)).status).toBe(405);
    command.child.kill(signal);
    expect(await command.status).toBe(130);
    expect(command.stderr).toContain('interrupted');
    await expect(fetch(`${receiverUrl}/v1/traces`)).rejects.toThrow();
    expect(await readdir(temporaryFolder)).toEqual([]);
  },
);
