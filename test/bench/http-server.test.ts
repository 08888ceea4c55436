// What the scenario http-server counts with: whole responses, and a span for each request. The scenario itself runs with
// `npm run bench -- http-server`.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LoadGenerator } from '../../bench/http-server/load-client.ts';
import { droppedPercent } from '../../bench/http-server/loaded-server.ts';
import { ResponseReader } from '../../bench/http-server/response-reader.ts';
import { computeRatios, SampleTable } from '../../bench/result.ts';
import { scenario } from '../../bench/scenarios/http-server.ts';

const response = (body: string) =>
  Buffer.from(`HTTP/1.1 200 OK\r\ndate: today\r\nContent-Length: ${body.length}\r\n\r\n${body}`);

describe('reading responses', () => {
  test('a response is whole with its last byte, however it is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme-ascii', maxLength: 20 }), { minLength: 1, maxLength: 3 }),
        fc.array(fc.nat(200)),
        (bodies, cuts) => {
          const reader = new ResponseReader();
          for (const body of bodies) {
            const bytes = response(body);
            const places = [...new Set([0, ...cuts.filter((cut) => cut < bytes.length), bytes.length])];
            places.sort((a, b) => a - b);
            for (let index = 1; index < places.length; index++) {
              const read = reader.read(bytes.subarray(places[index - 1], places[index]));
              const isLast = index === places.length - 1;
              expect(read).toEqual(isLast ? { status: 200, body } : undefined);
            }
          }
        },
      ),
    );
  });

  test.each([
    ['no HTTP', 'SSH-2.0 server\r\n\r\n'],
    ['no length', 'HTTP/1.1 200 OK\r\n\r\nbody'],
    ['two responses at once', `${response('a')}${response('b')}`],
  ])('%s is an error', (_name, text) => {
    expect(() => new ResponseReader().read(Buffer.from(text))).toThrow();
  });
});

describe('spans at the sink', () => {
  test('of offloop each request has one', () => {
    expect(droppedPercent('x', 'offloop', 100, 100, 0)).toBe(0);
    expect(() => droppedPercent('x', 'offloop', 100, 99, 0)).toThrow('received 99 spans');
    expect(() => droppedPercent('x', 'offloop', 100, 101, 0)).toThrow('received 101 spans');
  });

  test('the official SDK may drop some, but not all', () => {
    expect(droppedPercent('x', 'official', 100, 75, 0)).toBe(25);
    expect(() => droppedPercent('x', 'official', 100, 0, 0)).toThrow('received 0 spans');
    expect(() => droppedPercent('x', 'official', 100, 101, 0)).toThrow('received 101 spans');
  });

  test('without a provider there are none', () => {
    expect(droppedPercent('x', 'none', 100, 0, 0)).toBe(0);
    expect(() => droppedPercent('x', 'floor', 100, 1, 0)).toThrow('received 1 spans');
  });

  test('a body that is no request, or no request at all, is an error', () => {
    expect(() => droppedPercent('x', 'official', 100, 100, 1)).toThrow('could not read');
    expect(() => droppedPercent('x', 'offloop', 0, 0, 0)).toThrow('no request');
  });
});

test('the ratio is what the SDKs add to the floor, one divided by the other', () => {
  const table = new SampleTable();
  for (const micros of [30, 50, 40]) table.add('official', 'http', { sdkCpuMicrosPerRequest: micros });
  for (const micros of [10, 5, 20]) table.add('offloop', 'http', { sdkCpuMicrosPerRequest: micros });
  expect(computeRatios(table.rows(), scenario.ratios)).toEqual({ 'sdkCpuPerRequest:http': 4 });
});

describe('the load generator', () => {
  let load: LoadGenerator;
  beforeAll(() => {
    load = new LoadGenerator();
  });
  afterAll(() => load.close());

  async function offer(body: string, status = 200): Promise<{ served: number; requests: Promise<number> }> {
    const outcome = { served: 0 };
    const server = createServer((_request, answer) => {
      outcome.served++;
      answer.writeHead(status, { 'content-length': body.length }).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const running = load.run({ port, connections: 4, durationMillis: 100 });
    const requests = running.then(({ requests }) => requests).finally(() => server.close());
    await requests.catch(() => {});
    return { ...outcome, requests };
  }

  test('counts exactly what the server answered', async () => {
    const { served, requests } = await offer('{"hello":"world"}');
    expect(await requests).toBe(served);
    expect(served).toBeGreaterThanOrEqual(4);
  });

  test('another answer than the wanted one is an error', async () => {
    await expect((await offer('{"hello":"there"}')).requests).rejects.toThrow('answered with 200');
    await expect((await offer('{"hello":"world"}', 500)).requests).rejects.toThrow('answered with 500');
  });
});
