// A server of the scenario `http-server` in a process of its own, under the telemetry that is measured. Called by
// scenarios/http-server.ts.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { cleanEnvironment, profileFlags } from '../child-process.ts';
import type { CpuReading } from '../load/cpu.ts';

export type ServerKind = 'http' | 'fastify';

/** `none`: no telemetry; `floor`: the instrumentations, and no provider. */
export type ServerSubject = 'none' | 'floor' | 'official' | 'offloop';

const FOLDER = fileURLToPath(new URL('../rivals/http-server/', import.meta.url));

const PRELOADS: Readonly<Record<ServerSubject, readonly string[]>> = {
  none: [],
  floor: ['--require', './floor.cjs'],
  official: ['--require', '@opentelemetry/auto-instrumentations-node/register'],
  offloop: ['--require', 'offloop/register'],
};

export class ServerProcess {
  readonly port: number;
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess, port: number) {
    this.#process = process;
    this.port = port;
  }

  static async start(kind: ServerKind, subject: ServerSubject, sinkPort: number): Promise<ServerProcess> {
    const child = spawn(process.execPath, [...profileFlags(), ...PRELOADS[subject], 'server.cjs', kind], {
      cwd: FOLDER,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      env: { ...cleanEnvironment(), ...telemetry(sinkPort) },
    });
    const { port } = await nextMessage<{ port: number }>(child);
    return new ServerProcess(child, port);
  }

  async readCpu(): Promise<CpuReading> {
    const answer = nextMessage<CpuReading>(this.#process);
    this.#process.send('cpu');
    return answer;
  }

  /** The process ends by itself, and its telemetry flushes as it does in an application. */
  async end(): Promise<void> {
    const exited = once(this.#process, 'exit');
    this.#process.disconnect();
    const [code, signal] = await exited;
    if (code !== 0) throw new Error(`server: ended with ${signal ?? code}`);
  }

  kill(): void {
    this.#process.kill('SIGKILL');
  }
}

function telemetry(sinkPort: number): NodeJS.ProcessEnv {
  return {
    OTEL_SERVICE_NAME: 'bench',
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${sinkPort}`,
    OTEL_METRICS_EXPORTER: 'none',
    OTEL_LOGS_EXPORTER: 'none',
    // Those of clouds ask for addresses that are not there.
    OTEL_NODE_RESOURCE_DETECTORS: 'env,host,os,process',
    // Fastify's listening looks its address up: a span which is no request's.
    OTEL_NODE_DISABLED_INSTRUMENTATIONS: 'dns',
    // What a turn leaves behind is exported before the next reading.
    OTEL_BSP_SCHEDULE_DELAY: '500',
  };
}

/** Questions are asked one at a time, so the next message is the answer. */
function nextMessage<Message>(child: ChildProcess): Promise<Message> {
  return new Promise((resolve, reject) => {
    const exited = (code: number | null): void => reject(new Error(`server: ended with ${code}`));
    child.once('exit', exited);
    child.once('message', (message) => {
      child.off('exit', exited);
      resolve(message as Message);
    });
  });
}
