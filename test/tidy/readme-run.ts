// Runs a program of README.md or docs/from-rust.md in a process of its own, against a receiver that keeps the spans' names.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { json, text } from 'node:stream/consumers';
import { createGunzip } from 'node:zlib';
import type { ReceivedSpan } from './received-tree.js';
import { ROOT } from './source-files.js';

export interface Outcome {
  readonly code: number | null;
  readonly output: string;
  /** Names of the spans that arrived, with the service they came from. */
  readonly spans: { readonly service: string; readonly name: string }[];
  /** The same, as they came. */
  readonly received: ReceivedSpan[];
}

interface ExportRequest {
  resourceSpans: {
    resource: { attributes: { key: string; value: { stringValue?: string } }[] };
    scopeSpans: { spans: ReceivedSpan[] }[];
  }[];
}

/** Files by name, then `node` with the arguments. Inside the repository, so that `offloop` is this package. */
export async function runNode(
  files: Readonly<Record<string, string>>,
  args: readonly string[],
): Promise<Outcome> {
  mkdirSync(join(ROOT, '.cache'), { recursive: true });
  const directory = mkdtempSync(join(ROOT, '.cache/readme-'));
  const spans: { service: string; name: string }[] = [];
  const received: ReceivedSpan[] = [];
  const receiver = createServer(async (request, response) => {
    const isCompressed = request.headers['content-encoding'] === 'gzip';
    const body = isCompressed ? request.pipe(createGunzip()) : request;
    const { resourceSpans } = (await json(body)) as ExportRequest;
    for (const { resource, scopeSpans } of resourceSpans) {
      const name =
        resource.attributes.find((attribute) => attribute.key === 'service.name')?.value.stringValue ?? '';
      for (const span of scopeSpans.flatMap((scope) => scope.spans)) {
        spans.push({ service: name, name: span.name });
        received.push(span);
      }
    }
    response.setHeader('content-type', 'application/json').end('{}');
  });
  try {
    for (const [name, content] of Object.entries(files)) writeFileSync(join(directory, name), content);
    receiver.listen(0, '127.0.0.1');
    await once(receiver, 'listening');
    const { port } = receiver.address() as AddressInfo;
    const child = spawn(process.execPath, args, {
      cwd: directory,
      env: {
        PATH: process.env.PATH,
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
        OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      },
      timeout: 20_000,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [stdout, stderr, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'exit'),
    ]);
    return { code, output: stdout + stderr, spans, received };
  } finally {
    receiver.closeAllConnections();
    receiver.close();
    rmSync(directory, { recursive: true });
  }
}
