// Headers that change while a transport is in use.

import { expect, test } from 'vitest';
import type { ExportResult } from '../../../../src/worker/transport/export-result.js';
import { RenewableTransport } from '../../../../src/worker/transport/renewable-transport.js';
import type { Payload, Transport } from '../../../../src/worker/transport/transport.js';
import { exporterConfig } from '../../../support/exporter-config.js';

const PAYLOAD: Payload = { body: new Uint8Array(1), encoding: undefined, spanCount: 1 };
const SUCCESS: ExportResult = { status: 'success', rejected: 0 };

/** A transport that says which headers it was made with, and answers when told. */
class HeldTransport implements Transport {
  readonly token: string | undefined;
  readonly answers: (() => void)[] = [];
  closed = 0;

  constructor(token: string | undefined) {
    this.token = token;
  }

  send() {
    return new Promise<ExportResult>((resolve) => {
      this.answers.push(() => resolve(SUCCESS));
    });
  }

  async close(): Promise<void> {
    this.closed++;
  }
}

function renewable() {
  const made: HeldTransport[] = [];
  const create = async ({ headers }: { headers: Readonly<Record<string, string>> }) => {
    const transport = new HeldTransport(headers.token);
    made.push(transport);
    return transport;
  };
  const first = new HeldTransport(undefined);
  made.push(first);
  return { made, transport: new RenewableTransport(exporterConfig(), first, create) };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test('a send after the change takes the new headers, the one under way keeps its connection', async () => {
  const { made, transport } = renewable();
  const before = transport.send(PAYLOAD, 1000);
  await settled();
  transport.useHeaders({ token: 'a' });
  const after = transport.send(PAYLOAD, 1000);
  await settled();
  expect(made.map(({ token, answers, closed }) => [token, answers.length, closed])).toEqual([
    [undefined, 1, 0],
    ['a', 1, 0],
  ]);
  made[0].answers[0]();
  expect(await before).toBe(SUCCESS);
  await settled();
  expect(made[0].closed).toBe(1);
  made[1].answers[0]();
  expect(await after).toBe(SUCCESS);
  expect(made[1].closed).toBe(0);
});

test('of several changes the last one stays, and what was never used is closed', async () => {
  const { made, transport } = renewable();
  for (const token of ['a', 'b', 'c']) transport.useHeaders({ token });
  void transport.send(PAYLOAD, 1000);
  await settled();
  expect(made.map(({ token, answers, closed }) => [token, answers.length, closed])).toEqual([
    [undefined, 0, 1],
    ['a', 0, 1],
    ['b', 0, 1],
    ['c', 1, 0],
  ]);
});

test('closed, it closes what is in use, and what a change under way still makes', async () => {
  const { made, transport } = renewable();
  transport.useHeaders({ token: 'a' });
  await transport.close();
  await settled();
  expect(made.map(({ closed }) => closed > 0)).toEqual([true, true]);
});
