// Runs threads that come and go against a collector that counts, and checks all that must hold afterwards.

import { expect } from 'vitest';
import { decodeProtobufRequest } from '../support/otlp-decoder.js';
import { httpCollector } from '../support/raw-server.js';
import { AppProcess } from './app-process.js';

export interface SoakOptions {
  readonly threads: number;
  readonly spans: number;
  readonly seed: number;
  readonly together?: number;
  readonly rounds?: number;
  readonly start?: object;
  readonly timeoutMillis?: number;
}

interface ThreadEnd {
  readonly name: string;
  /** When it was heard last. */
  readonly recorded: number;
  readonly dropped: number;
  readonly isKilled: boolean;
}

export interface SoakResult {
  readonly ends: readonly ThreadEnd[];
  /** Resident bytes after each round. */
  readonly memory: readonly number[];
}

export async function soak({ start, timeoutMillis, ...options }: SoakOptions): Promise<SoakResult> {
  const arrived = new Map<string, number>();
  const ids = new Set<string>();
  const foreign: string[] = [];
  const collector = await httpCollector((response, request) => {
    for (const { scopes } of decodeProtobufRequest(request.body)) {
      for (const { name: scope, spans } of scopes) {
        const name = scope.replace('scope of ', '');
        arrived.set(name, (arrived.get(name) ?? 0) + spans.length);
        for (const span of spans) {
          ids.add(span.traceId + span.spanId);
          // An id of another thread's arena would show as another thread's string.
          const [key, text] = span.attributes;
          const isOwn = span.name.startsWith(`${name} `) && key?.key === `key of ${name}`;
          if (!isOwn || JSON.stringify(text?.value) !== JSON.stringify({ string: `text of ${name}` })) {
            foreign.push(JSON.stringify({ name, span: span.name, attributes: span.attributes }));
          }
        }
      }
    }
    response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
  });
  try {
    const url = `http://127.0.0.1:${collector.port}/v1/traces`;
    const args = [{ ...options, start: { exporter: { url }, ...start } }];
    const app = new AppProcess({
      app: 'threads/soak.mjs',
      // v8.queryObjects is experimental, and warns.
      nodeArgs: ['--expose-gc', '--disable-warning=ExperimentalWarning'],
      args,
      ...(timeoutMillis !== undefined && { timeoutMillis }),
    });
    const [ends, memory, buffers, places, end] = await Promise.all([
      app.said('ends'),
      app.said('memory'),
      app.said('buffers'),
      app.said('places'),
      app.ended,
    ]);
    expect(end, end.stderr).toMatchObject({ code: 0, stderr: '' });
    const { stats } = end;
    const result = { ends: ends as ThreadEnd[], memory: memory as number[] };
    expect(foreign.slice(0, 5), `seed ${options.seed}`).toEqual([]);
    expect(stats?.pending).toBe(0);
    expect(stats?.recorded).toBe((stats?.delivered ?? 0) + (stats?.droppedTotal ?? 0));
    expect(ids.size).toBe(stats?.delivered);
    expect(result.ends).toHaveLength(options.threads * (options.rounds ?? 1));
    for (const { name, recorded, dropped, isKilled } of result.ends) {
      const count = arrived.get(name) ?? 0;
      if (isKilled) expect(count, `${name}, seed ${options.seed}`).toBeGreaterThanOrEqual(recorded - dropped);
      else expect(count, `${name}, seed ${options.seed}`).toBe(options.spans - dropped);
    }
    // Those that were terminated before they attached are not among them.
    expect(stats?.threads).toMatchObject({ recording: 0, refused: 0 });
    const attached = result.ends.filter(({ recorded }) => recorded > 0).length;
    expect(stats?.threads.ended).toBeGreaterThanOrEqual(attached);
    expect(stats?.threads.ended).toBeLessThanOrEqual(result.ends.length);
    expect(places).toBe(0);
    const [before, ...after] = buffers as number[];
    expect(Math.max(...after), `seed ${options.seed}`).toBe(before);
    // Of the rings only that of the main thread is left.
    expect(stats?.ring.capacityBytes).toBe(4 * 1024 * 1024);
    return result;
  } finally {
    await collector.close();
  }
}
