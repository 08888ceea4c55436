import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { expect, test } from 'vitest';
import { plainSpan, toReadableSpan } from '../cli/span-fixtures.js';
import { CommandProcess } from './command-process.js';

test('the receiver prints a trace as a tree when it has arrived, and ends well on SIGTERM', async () => {
  const command = new CommandProcess(['receiver', '--http-port', '0', '--grpc-port', '0']);
  try {
    const [, url = ''] = await command.printed(/^OTLP\/HTTP +(http:\S+)/m);
    const spans = [plainSpan('1'), plainSpan('2', { parentSpanId: '1'.repeat(16) })];
    const body = ProtobufTraceSerializer.serializeRequest(
      spans.map(toReadableSpan),
    ) as Uint8Array<ArrayBuffer>;
    const headers = { 'content-type': 'application/x-protobuf' };
    expect((await fetch(url, { method: 'POST', headers, body })).status).toBe(200);
    await command.printed(/^trace (?:ab){16} · 2 spans · shop · 1\.00 ms$/m);
    await command.printed(/└─ span 2 {2}\[shop, internal\]/);
  } finally {
    command.child.kill('SIGTERM');
  }
  expect(await command.status).toBe(0);
  expect(command.stdout).toContain('2 spans in 1 requests, 0 spans came twice.');
});
