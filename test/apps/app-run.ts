// Runs one program in a child process under one SDK, sends it its requests, lets it end by itself, and returns what
// arrived at the collector. Caller: apps.test.ts.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { type ArrivedSpan, OtlpSink } from '../process/otlp-sink.js';
import type { AppRequest } from './app-requests.js';

export type Sdk = 'official' | 'offloop';
export type ModuleKind = 'mjs' | 'cjs';

export interface AppOrder {
  readonly app: string;
  readonly kind: ModuleKind;
  readonly sdk: Sdk;
  readonly requests: readonly AppRequest[];
  readonly environment: NodeJS.ProcessEnv;
}

export interface AppRun {
  readonly spans: readonly ArrivedSpan[];
  /** Ports of the program's own servers, by name. */
  readonly ports: Readonly<Record<string, number>>;
  readonly stderr: string;
}

/**
 * Node's flags, as the documentation of each SDK has them. The official one needs a loader of its own for ES modules;
 * preloaded with --import beside that loader, it patches `http` twice and records a client request as two spans.
 */
const NODE_FLAGS: Readonly<Record<Sdk, Readonly<Record<ModuleKind, readonly string[]>>>> = {
  official: {
    mjs: [
      '--require=@opentelemetry/auto-instrumentations-node/register',
      '--experimental-loader=@opentelemetry/instrumentation/hook.mjs',
    ],
    cjs: ['--require=@opentelemetry/auto-instrumentations-node/register'],
  },
  offloop: { mjs: ['--import=offloop/register'], cjs: ['--require=offloop/register'] },
};

/** A program that hangs is a failure with its output, not a test that times out. */
const TIMEOUT_MILLIS = 60_000;

export async function runApp(order: AppOrder): Promise<AppRun> {
  const sink = await OtlpSink.start();
  const child = spawn(
    process.execPath,
    [...NODE_FLAGS[order.sdk][order.kind], join('programs', `${order.app}.${order.kind}`)],
    {
      cwd: import.meta.dirname,
      env: { ...withoutTelemetry(process.env), ...telemetry(sink.url), ...order.environment },
      stdio: ['pipe', 'pipe', 'pipe'],
      timeout: TIMEOUT_MILLIS,
      killSignal: 'SIGKILL',
    },
  );
  try {
    const stderr = text(child.stderr);
    const ended = once(child, 'close');
    const ready = await Promise.race([
      once(createInterface({ input: child.stdout }), 'line'),
      ended.then(async ([code]) => {
        throw new Error(`${order.app}.${order.kind} ended with ${code}\n${await stderr}`);
      }),
    ]);
    const { ports } = JSON.parse(String(ready[0])) as Pick<AppRun, 'ports'>;
    for (const request of order.requests) await send(ports.app, request);
    child.stdin.end();
    const [code, signal] = await ended;
    if (code !== 0) {
      throw new Error(`${order.app}.${order.kind} ended with ${signal ?? code}\n${await stderr}`);
    }
    return { spans: sink.spans, ports, stderr: await stderr };
  } finally {
    child.kill('SIGKILL');
    await sink.close();
  }
}

async function send(port: number, order: AppRequest): Promise<void> {
  const { path, method = 'GET', body, headers = {}, status = 200 } = order;
  const request = http.request({ host: '127.0.0.1', port, path, method, headers, agent: false });
  request.end(body);
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  const answer = await text(response);
  if (response.statusCode !== status) {
    throw new Error(`${method} ${path} was answered with ${response.statusCode}, not ${status}: ${answer}`);
  }
}

function telemetry(url: string): NodeJS.ProcessEnv {
  return {
    OTEL_SERVICE_NAME: 'app',
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
    OTEL_EXPORTER_OTLP_ENDPOINT: url,
    OTEL_METRICS_EXPORTER: 'none',
    OTEL_LOGS_EXPORTER: 'none',
    // Detectors of clouds ask for addresses that are not there.
    OTEL_NODE_RESOURCE_DETECTORS: 'env,host,os,process',
  };
}

/** The settings of whoever runs the tests are not part of them. */
function withoutTelemetry(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).filter(
      ([name]) => !/^(OTEL_|OFFLOOP_|NODE_OPTIONS$|NODE_V8_COVERAGE$|VITEST)/.test(name),
    ),
  );
}
