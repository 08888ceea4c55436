// Lines into a real named pipe: parts, a reader that takes nothing, one that goes away, one that never came.

import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readFileSync, readSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { FileTransport } from '../../../../src/worker/transport/file-transport.js';
import { FakeScheduler } from '../../../support/fake-scheduler.js';

const folder = mkdtempSync(join(tmpdir(), 'offloop-file-'));
const open: number[] = [];
afterEach(() => {
  for (const fd of open.splice(0)) closeSync(fd);
});

let pipes = 0;
function namedPipe(): { path: string; url: string } {
  const path = join(folder, `pipe-${pipes++}`);
  execFileSync('mkfifo', [path]);
  return { path, url: pathToFileURL(path).href };
}

function reader(path: string): number {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  open.push(fd);
  return fd;
}

/** What the pipe holds now. */
function take(fd: number, most = Number.POSITIVE_INFINITY): string {
  const chunk = Buffer.alloc(Math.min(most, 1 << 20));
  let text = '';
  try {
    while (text.length < most) {
      const count = readSync(fd, chunk);
      if (count === 0) break;
      text += chunk.toString('latin1', 0, count);
    }
  } catch (error) {
    expect((error as NodeJS.ErrnoException).code).toBe('EAGAIN');
  }
  return text;
}

const payload = (text: string) => ({ body: Buffer.from(text), encoding: undefined, spanCount: 1 });
const LONG = 'a'.repeat(200_000);

test('a line longer than the pipe goes in parts as the reader takes them, and the next line after it', async () => {
  const { path, url } = namedPipe();
  const fd = reader(path);
  const scheduler = new FakeScheduler();
  const transport = new FileTransport(url, scheduler);
  const sends = [transport.send(payload(LONG), 60_000), transport.send(payload('{}'), 60_000)];
  let text = '';
  while (text.length < LONG.length + 4) {
    await scheduler.advanceAsync(60);
    const part = take(fd);
    expect(part.length).toBeGreaterThan(0);
    text += part;
  }
  await scheduler.advanceAsync(60);
  expect(await Promise.all(sends)).toEqual([
    { status: 'success', rejected: 0 },
    { status: 'success', rejected: 0 },
  ]);
  expect(text).toBe(`${LONG}\n{}\n`);
  expect(scheduler.pendingTimers).toBe(0);
  await transport.close();
});

test('a reader that takes nothing: failure at the deadline, and the next line begins on a line of its own', async () => {
  const { path, url } = namedPipe();
  const fd = reader(path);
  const scheduler = new FakeScheduler();
  const transport = new FileTransport(url, scheduler);
  const first = transport.send(payload(LONG), 1000);
  await scheduler.advanceAsync(1000);
  expect(await first).toMatchObject({
    status: 'failure',
    cause: expect.stringMatching(/^the file took \d+ of 200001 bytes in time$/),
  });
  const torn = take(fd);
  expect(torn).toMatch(/^a+$/);
  expect(await transport.send(payload('{}'), 2000)).toMatchObject({ status: 'success' });
  expect(take(fd)).toBe('\n{}\n');
  expect(await transport.send(payload('[]'), 2000)).toMatchObject({ status: 'success' });
  expect(take(fd)).toBe('[]\n');
  expect(scheduler.pendingTimers).toBe(0);
  await transport.close();
});

test('the last moment in which a full pipe is tried again is the deadline', async () => {
  const { path, url } = namedPipe();
  reader(path);
  for (const [deadlineMillis, pauses] of [
    [1, 1],
    [0.5, 0],
  ] as const) {
    const scheduler = new FakeScheduler();
    const transport = new FileTransport(url, scheduler);
    const sent = transport.send(payload(LONG), deadlineMillis);
    await scheduler.settle();
    expect(scheduler.pendingTimers).toBe(pauses);
    await scheduler.advanceAsync(1);
    expect(await sent).toMatchObject({ status: 'failure' });
    await transport.close();
  }
});

test('a reader that goes away is a failure (EPIPE), a pipe without a reader another one (ENXIO); a new reader gets lines', async () => {
  const { path, url } = namedPipe();
  const transport = new FileTransport(url, new FakeScheduler());
  expect(await transport.send(payload('{}'), 1000)).toMatchObject({
    status: 'failure',
    cause: expect.stringContaining('ENXIO'),
  });
  const fd = reader(path);
  expect(await transport.send(payload('{}'), 1000)).toMatchObject({ status: 'success' });
  expect(take(fd)).toBe('{}\n');
  closeSync(open.splice(0)[0] as number);
  expect(await transport.send(payload('{}'), 1000)).toMatchObject({
    status: 'failure',
    cause: expect.stringContaining('EPIPE'),
  });
  const again = reader(path);
  expect(await transport.send(payload('[]'), 1000)).toMatchObject({ status: 'success' });
  expect(take(again)).toBe('[]\n');
  await transport.close();
});

test('close ends a send that waits, and what comes later, as retryable', async () => {
  const { path, url } = namedPipe();
  reader(path);
  const scheduler = new FakeScheduler();
  const transport = new FileTransport(url, scheduler);
  const sent = transport.send(payload(LONG), 60_000);
  await scheduler.settle();
  await transport.close();
  expect(await sent).toMatchObject({ status: 'retryable' });
  expect(await transport.send(payload('{}'), 60_000)).toMatchObject({ status: 'retryable' });
  expect(scheduler.pendingTimers).toBe(0);
});

test('a full disk in the middle of a line is a failure, and the file stays one of lines', async () => {
  const file = join(folder, 'full.jsonl');
  const scheduler = new FakeScheduler();
  let room = 3;
  const { writeSync } = await import('node:fs');
  const transport = new FileTransport(pathToFileURL(file).href, scheduler, (fd, bytes, offset) => {
    if (room === 0)
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    const count = writeSync(fd, bytes, offset, Math.min(room, bytes.length - offset));
    room -= count;
    return count;
  });
  expect(await transport.send(payload('{"a":1}'), 1000)).toMatchObject({
    status: 'failure',
    cause: expect.stringContaining('ENOSPC'),
  });
  room = 100;
  expect(await transport.send(payload('{}'), 1000)).toMatchObject({ status: 'success' });
  expect(readFileSync(file, 'utf8')).toBe('{"a\n{}\n');
  await transport.close();
});
