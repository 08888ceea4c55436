// The built export worker in a real thread, hosted as main hosts it, against a real server: its life, its death, its
// successor. Nothing recorded is lost, and everything is counted once.

import { once } from 'node:events';
import { MessageChannel } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { encodeResourceBlob } from '../../src/shared/codec/blobs.js';
import { ProducerCounter } from '../../src/shared/counters.js';
import { LaneState } from '../../src/shared/ring/lane-layout.js';
import { spanIdsOf } from '../pipeline/rig/span-ids.js';
import { TestProducer } from '../pipeline/rig/test-producer.js';
import { eventually } from '../support/eventually.js';
import { decodeProtobufRequest } from '../support/otlp-decoder.js';
import { type HttpCollector, httpCollector } from '../support/raw-server.js';
import { HostedLane } from './rig/hosted-lane.js';

let server: HttpCollector;
let lane: HostedLane;
/** Answers are held back while this is set. */
let silent = false;

beforeEach(async () => {
  silent = false;
  server = await httpCollector((response) => {
    if (!silent) response.end();
  });
  lane = new HostedLane(`http://127.0.0.1:${server.port}/v1/traces`);
});
afterEach(async () => {
  await lane.close();
  await server.close();
});

const arrived = () => server.requests.flatMap((request) => spanIdsOf(request.body));
const arrivedOnce = () => [...new Set(arrived())].toSorted();

describe('a worker', () => {
  test('exports what was recorded before it was born, in order', async () => {
    lane.record(250);
    lane.open();
    await lane.host?.ready;
    expect(lane.state).toBe(LaneState.Running);
    expect(await lane.flush()).toBe(true);
    expect(arrived()).toEqual(lane.ids);
    expect(lane.count('Delivered')).toBe(250);
    expect(lane.producer.usedBytes).toBe(0);
  });

  test('takes large records that were sent before it was attached', async () => {
    lane.open();
    lane.large(300_000);
    lane.record(3);
    lane.large(200_000);
    expect(await lane.flush()).toBe(true);
    expect(lane.count('Delivered')).toBe(5);
    expect(lane.count('LargeSettled')).toBe(2);
    expect(arrivedOnce()).toHaveLength(5);
  });

  test('is woken by the doorbell', async () => {
    lane.open();
    await lane.host?.ready;
    lane.record(100);
    await eventually(() => expect(lane.count('Delivered')).toBe(100));
  });

  test('sleeps while nothing is recorded: it beats about once a second', async () => {
    lane.open();
    lane.record(1);
    expect(await lane.flush()).toBe(true);
    const first = lane.beat;
    await eventually(() => expect(lane.beat).toBeGreaterThan(first));
    const beat = lane.beat;
    const startMillis = performance.now();
    await eventually(() => expect(lane.beat).toBeGreaterThan(beat));
    expect(performance.now() - startMillis).toBeGreaterThan(700);
    expect(lane.beat).toBe(beat + 1);
  });

  test('ends with a shutdown, after delivering what is left', async () => {
    lane.open();
    lane.record(250);
    expect(await lane.host?.shutdown(20_000)).toBe(true);
    expect(lane.state).toBe(LaneState.Stopped);
    expect(arrived()).toEqual(lane.ids);
    const ended = once(lane.threads[0], 'exit');
    await lane.host?.close();
    await ended;
    expect([lane.threads.length, lane.restarts]).toEqual([1, 0]);
  });

  test('counts at its shutdown what a silent collector kept it from delivering', async () => {
    silent = true;
    lane.open();
    lane.record(1050);
    lane.large(200_000);
    expect(await lane.host?.shutdown(300)).toBe(false);
    // On a busy machine main gives up before the worker has turned.
    await eventually(() => expect(lane.count('DroppedShutdownTimeout')).toBe(1051));
    expect(lane.settled).toBe(1051);
  });

  test('takes a producer that comes later', async () => {
    const { ControlClient } = (await import(
      new URL('../../dist/main/lifecycle/control-client.js', import.meta.url).href
    )) as typeof import('../../src/main/lifecycle/control-client.js');
    const { Piscina } = await import('piscina');
    const pool = new Piscina({
      filename: new URL('../../dist/worker/entry.js', import.meta.url).href,
      minThreads: 1,
      maxThreads: 1,
      atomics: 'disabled',
      execArgv: [],
      workerData: lane.start,
    });
    const [toWorker, toMain] = [new MessageChannel(), new MessageChannel()];
    const attach = { port: toWorker.port2, mainPort: toMain.port2, largeSent: [] };
    await pool.run(attach, { transferList: [toWorker.port2, toMain.port2] });
    const control = new ControlClient(toWorker.port1);
    const later = new TestProducer(2, 65_536);
    const ids = [later.record(), later.record()];
    control.addProducer(later.channel);
    lane.record(2);
    expect(await control.flush(20_000)).toBe(true);
    expect(arrivedOnce()).toEqual([...ids, ...lane.ids].toSorted());
    expect(later.usedBytes).toBe(0);
    control.close();
    toMain.port1.close();
    await pool.destroy();
  });
});

describe('a worker that dies', () => {
  /** Kills the newest thread and waits until another one runs. */
  async function die(): Promise<void> {
    const threads = lane.threads.length;
    await lane.threads[threads - 1].terminate();
    await eventually(() => expect(lane.threads.length + lane.givenUp).toBeGreaterThan(threads));
  }

  /** Between a death and the successor's attachment a flush answers false at once. */
  async function flushed(): Promise<void> {
    await eventually(async () => expect(await lane.flush()).toBe(true));
  }

  test('while its batches are under way is followed by one that sends them again', async () => {
    silent = true;
    lane.open();
    await lane.host?.ready;
    lane.record(1000);
    await eventually(() => expect(server.requests.length).toBe(4));
    expect(lane.settled).toBe(0);
    silent = false;
    await die();
    lane.record(50);
    await flushed();
    expect(arrivedOnce()).toEqual(lane.ids.toSorted());
    // The four batches that were under way, and no others.
    expect(arrived()).toHaveLength(1050 + 400);
    expect([lane.count('Delivered'), lane.settled, lane.restarts]).toEqual([1050, 1050, 1]);
    expect(lane.producer.usedBytes).toBe(0);
  });

  test('before it has run at all is followed by one that loses nothing, or by this thread', async () => {
    lane.record(100);
    lane.open();
    lane.record(100);
    await eventually(() => expect(lane.threads).toHaveLength(1));
    await die();
    lane.record(100);
    await flushed();
    expect(arrivedOnce()).toEqual(lane.ids.toSorted());
    expect(lane.count('Delivered')).toBe(300);
  });

  test('leaves the late resource to its successor', async () => {
    const resource = encodeResourceBlob({ schemaUrl: '', attributes: [['late', true]] }, (bytes) => {
      const buffer = Buffer.from(bytes.buffer);
      return (text, offset) => buffer.write(text, offset);
    });
    lane.open();
    lane.host?.resource(resource);
    for (const deaths of [0, 1]) {
      if (deaths > 0) await die();
      lane.record(1);
      await flushed();
    }
    const resources = server.requests.map(({ body }) => decodeProtobufRequest(body)[0].attributes);
    expect(resources).toEqual(Array(2).fill([{ key: 'late', value: { bool: true } }]));
  });

  test('takes large records with it, which its successor counts', async () => {
    silent = true;
    lane.open();
    await lane.host?.ready;
    lane.large(200_000);
    lane.large(200_000);
    lane.record(10);
    await eventually(() => expect(lane.count('LargeReceived')).toBe(2));
    silent = false;
    await die();
    await flushed();
    lane.large(200_000);
    await flushed();
    expect([lane.count('Delivered'), lane.count('DroppedExportFailed')]).toEqual([11, 2]);
    expect(lane.settled).toBe(lane.producer.counters[ProducerCounter.Recorded]);
  });

  test('hands a flush under way to its successor, which delivers', async () => {
    silent = true;
    lane.open();
    await lane.host?.ready;
    lane.record(10);
    const flush = lane.flush();
    await eventually(() => expect(server.requests.length).toBe(1));
    silent = false;
    await die();
    expect(await flush).toBe(true);
    expect(lane.count('Delivered')).toBe(10);
  });

  test('five times within a minute is given up, and this thread goes on, with the same counts', async () => {
    silent = true;
    lane.open();
    for (let death = 1; death <= 5; death++) {
      const requests = server.requests.length;
      lane.record(100);
      // Each has run, and has something under way when it dies.
      await eventually(() => expect(server.requests.length).toBeGreaterThan(requests));
      expect(lane.givenUp).toBe(0);
      await die();
    }
    expect([lane.restarts, lane.givenUp]).toEqual([4, 1]);
    silent = false;
    lane.record(50);
    await flushed();
    expect(arrivedOnce()).toEqual(lane.ids.toSorted());
    expect([lane.count('Delivered'), lane.settled]).toEqual([550, 550]);
    expect(lane.producer.usedBytes).toBe(0);
    expect(lane.threads).toHaveLength(5);
  });
});
