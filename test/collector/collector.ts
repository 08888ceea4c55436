// Test tooling. A running Collector: start, ports, stop, what it holds. Callers: the suites of this folder.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type ReceivedSpan, readSpans } from './otlp-json.ts';

export interface CollectorOptions {
  readonly binary: string;
  /** Name of a file in test/collector/otelcol. */
  readonly config: 'collector.yaml' | 'collector-faults.yaml';
  /** Where the file exporter writes. */
  readonly directory: string;
}

/** What the next requests are answered with; see otelcol/faults/faults.go. */
export interface Fault {
  readonly times: number;
  readonly delay?: string;
  readonly grpcCode?: number;
  readonly retryDelay?: string;
  readonly httpStatus?: number;
  readonly retryAfter?: string;
  readonly rejected?: number;
  readonly message?: string;
}

export interface Collector {
  readonly httpUrl: string;
  readonly grpcUrl: string;
  /** Only with collector-faults.yaml. */
  setFault(fault: Fault): Promise<void>;
  /** How many times the fault in force will still be used. */
  faultTimesLeft(): Promise<number>;
  /** SIGTERM: it drains and writes everything to the file. */
  stop(): Promise<void>;
  /** What the file holds. After `stop` only: the Collector answers a request before it is in the file. */
  readSpans(): AsyncGenerator<ReceivedSpan>;
}

const START_TIMEOUT_MILLIS = 20_000;

export async function startCollector({ binary, config, directory }: CollectorOptions): Promise<Collector> {
  mkdirSync(directory, { recursive: true });
  const child = spawn(binary, ['--config', join(import.meta.dirname, 'otelcol', config)], {
    env: { ...process.env, OUT_DIR: directory },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const killed = () => child.kill('SIGKILL');
  process.once('exit', killed);
  const { grpc, http, faults } = await resolvedEndpoints(child);

  const control = async (init?: RequestInit): Promise<Fault> => {
    if (faults === undefined) throw new Error(`${config} has no faults extension`);
    const response = await fetch(`http://${faults}/`, init);
    if (!response.ok) throw new Error(`faults control answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as Fault;
  };
  const file = join(directory, 'traces.jsonl');
  return {
    httpUrl: `http://${http}`,
    grpcUrl: `http://${grpc}`,
    setFault: async (fault) => {
      await control({ method: 'PUT', body: JSON.stringify(fault) });
    },
    faultTimesLeft: async () => (await control()).times,
    stop: async () => {
      process.off('exit', killed);
      if (hasEnded(child)) return;
      child.kill('SIGTERM');
      const [code, signal] = await once(child, 'exit');
      if (code !== 0) throw new Error(`the Collector ended with ${signal ?? `status ${code}`}`);
    },
    readSpans: async function* () {
      if (!hasEnded(child)) throw new Error('stop the Collector before reading its file');
      if (existsSync(file)) yield* readSpans(file);
    },
  };
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

interface Endpoints {
  readonly grpc: string;
  readonly http: string;
  readonly faults: string | undefined;
}

/** Ports are 0 in the configuration; the JSON log lines on standard error name the real ones, then say "ready". */
function resolvedEndpoints(child: ChildProcess): Promise<Endpoints> {
  return new Promise((resolve, reject) => {
    const endpoints = new Map<string, string>();
    const lines: string[] = [];
    const fail = (reason: string) => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      reject(new Error(`The Collector did not start: ${reason}\n${lines.slice(-20).join('\n')}`));
    };
    const timer = setTimeout(() => fail(`not ready after ${START_TIMEOUT_MILLIS} ms`), START_TIMEOUT_MILLIS);
    child.on('error', (error) => fail(error.message));
    child.on('exit', (code, signal) => fail(`it ended with ${signal ?? `status ${code}`}`));
    // The stream is read to its end, also after the start: a full pipe would stop the Collector.
    createInterface({ input: child.stderr as NodeJS.ReadableStream }).on('line', (line) => {
      lines.push(line);
      if (lines.length > 100) lines.shift();
      const { msg = '', endpoint = '' } = parseLogLine(line);
      if (endpoint !== '') endpoints.set(msg, endpoint);
      if (!msg.startsWith('Everything is ready')) return;
      const grpc = endpoints.get('Starting GRPC server');
      const http = endpoints.get('Starting HTTP server');
      if (grpc === undefined || http === undefined) return fail('its log named no ports');
      clearTimeout(timer);
      resolve({ grpc, http, faults: endpoints.get('Starting faults control') });
    });
  });
}

function parseLogLine(line: string): { msg?: string; endpoint?: string } {
  try {
    return JSON.parse(line) as { msg?: string; endpoint?: string };
  } catch {
    return {};
  }
}
