// One server under load, with a sink of its own: what it was asked, what it cost, whether its spans arrived. Called by
// scenarios/http-server.ts.

import type { CpuReading } from '../load/cpu.ts';
import { Sink } from '../sink-client.ts';
import { median } from '../stats.ts';
import type { LoadGenerator } from './load-client.ts';
import { type ServerKind, ServerProcess, type ServerSubject } from './server-process.ts';

const CONNECTIONS = 32;

export interface Figures {
  readonly requestsPerSecond: number;
  readonly cpuMicrosPerRequest: number;
  readonly mainCpuMicrosPerRequest: number;
}

/** Its CPU reaches to the next turn: what it left to export is its own. */
interface Turn {
  readonly before: CpuReading;
  readonly requests: number;
  readonly elapsedMillis: number;
}

export class LoadedServer {
  readonly subject: ServerSubject;
  readonly #name: string;
  readonly #server: ServerProcess;
  readonly #sink: Sink;
  /** In its whole life. */
  #requests = 0;
  readonly #turns: Turn[] = [];

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

  async turn(load: LoadGenerator, durationMillis: number): Promise<void> {
    const before = await this.#server.readCpu();
    const { requests, elapsedMillis } = await this.#load(load, durationMillis);
    this.#turns.push({ before, requests, elapsedMillis });
  }

  /** Medians of the turns: what else the machine did in some of them does not count. */
  async figures(): Promise<Figures> {
    const last = await this.#server.readCpu();
    const ends = [...this.#turns.slice(1).map(({ before }) => before), last];
    const ofTurns = (figure: (turn: Turn, end: CpuReading) => number): number =>
      median(this.#turns.map((turn, index) => figure(turn, ends[index])));
    return {
      requestsPerSecond: ofTurns(({ requests, elapsedMillis }) => (1000 * requests) / elapsedMillis),
      cpuMicrosPerRequest: ofTurns(
        ({ before, requests }, end) => (end.processNanos - before.processNanos) / 1000 / requests,
      ),
      mainCpuMicrosPerRequest: ofTurns(
        ({ before, requests }, end) => (end.mainNanos - before.mainNanos) / 1000 / requests,
      ),
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
