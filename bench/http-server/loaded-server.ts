// One server under load, with a sink of its own: what it was asked, what it cost, whether its spans arrived. Called by
// scenarios/http-server.ts.

import type { CpuReading } from '../load/cpu.ts';
import { Sink } from '../sink-client.ts';
import type { LoadGenerator } from './load-client.ts';
import { type ServerKind, ServerProcess, type ServerSubject } from './server-process.ts';

const CONNECTIONS = 32;

export interface Figures {
  readonly requestsPerSecond: number;
  readonly cpuMicrosPerRequest: number;
  readonly mainCpuMicrosPerRequest: number;
}

export class LoadedServer {
  readonly subject: ServerSubject;
  readonly #name: string;
  readonly #server: ServerProcess;
  readonly #sink: Sink;
  /** In its whole life. */
  #requests = 0;
  #measuredRequests = 0;
  #measuredMillis = 0;
  #before: CpuReading = { mainNanos: 0, processNanos: 0 };

  private constructor(name: string, subject: ServerSubject, server: ServerProcess, sink: Sink) {
    this.subject = subject;
    this.#name = name;
    this.#server = server;
    this.#sink = sink;
  }

  static async start(kind: ServerKind, subject: ServerSubject): Promise<LoadedServer> {
    const sink = await Sink.start();
    try {
      const server = await ServerProcess.start(kind, subject, sink.httpPort);
      return new LoadedServer(`${kind} under ${subject}`, subject, server, sink);
    } catch (error) {
      await sink.close();
      throw error;
    }
  }

  async warm(load: LoadGenerator, durationMillis: number): Promise<void> {
    await this.#load(load, durationMillis);
  }

  async beginMeasuring(): Promise<void> {
    this.#before = await this.#server.readCpu();
  }

  async turn(load: LoadGenerator, durationMillis: number): Promise<void> {
    const { requests, elapsedMillis } = await this.#load(load, durationMillis);
    this.#measuredRequests += requests;
    this.#measuredMillis += elapsedMillis;
  }

  async figures(): Promise<Figures> {
    const after = await this.#server.readCpu();
    return {
      requestsPerSecond: (1000 * this.#measuredRequests) / this.#measuredMillis,
      cpuMicrosPerRequest: (after.processNanos - this.#before.processNanos) / 1000 / this.#measuredRequests,
      mainCpuMicrosPerRequest: (after.mainNanos - this.#before.mainNanos) / 1000 / this.#measuredRequests,
    };
  }

  /** Lets the server end by itself. Returns how many percent of its requests have no span at the sink. */
  async end(): Promise<number> {
    try {
      await this.#server.end();
      const { spans, invalid } = await this.#sink.count();
      return droppedPercent(this.#name, this.subject, this.#requests, spans, invalid);
    } finally {
      await this.#sink.close();
    }
  }

  kill(): void {
    this.#server.kill();
    void this.#sink.close();
  }

  async #load(load: LoadGenerator, durationMillis: number): ReturnType<LoadGenerator['run']> {
    const result = await load.run({ port: this.#server.port, connections: CONNECTIONS, durationMillis });
    this.#requests += result.requests;
    return result;
  }
}

/**
 * Each request is one span of the HTTP instrumentation. Of offloop all must have arrived; OTel JS has its default queue,
 * and may have dropped some; without a provider there are none.
 */
export function droppedPercent(
  name: string,
  subject: ServerSubject,
  requests: number,
  spans: number,
  invalid: number,
): number {
  if (requests <= 0) throw new Error(`${name}: no request was answered`);
  if (invalid > 0) throw new Error(`${name}: the sink could not read ${invalid} requests`);
  const isRecording = subject === 'official' || subject === 'offloop';
  const wrong =
    (!isRecording && spans !== 0) ||
    (isRecording && (spans <= 0 || spans > requests)) ||
    (subject === 'offloop' && spans !== requests);
  if (wrong) throw new Error(`${name}: ${requests} requests were answered, the sink received ${spans} spans`);
  return isRecording ? (100 * (requests - spans)) / requests : 0;
}
