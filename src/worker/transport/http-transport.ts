// OTLP over HTTP/1.1 with keep-alive, protobuf or JSON. Export worker; caller: create-transport.ts, which imports
// this file only when it is needed. Why node:http and not undici: docs/decisions/0004-node-http-not-undici.md.
//
// The one use of the libuv pool that is left is getaddrinfo, once per new connection.

import type { Agent, ClientRequest, RequestOptions } from 'node:http';
import type { AgentOptions } from 'node:https';
import type { ExporterConfig } from '../../shared/config/resolved-config.js';
import type { ExportResult } from './export-result.js';
import { HttpExchange, type HttpOutcome } from './http-exchange.js';
import { classifyHttpResponse } from './http-response.js';
import { requestHeaders } from './request-headers.js';
import type { BodyFormat } from './response-body.js';
import { safeText, secretsOf } from './safe-text.js';
import { TlsFiles, type TlsMaterial } from './tls-files.js';
import type { Payload, Scheduler, Transport } from './transport.js';

/** Both node:http and node:https. */
interface HttpModule {
  readonly Agent: new (options: AgentOptions) => Agent;
  readonly request: (options: RequestOptions) => ClientRequest;
}

/** Kernel probes on idle connections: a peer that vanished is noticed within half a minute. */
const KEEP_ALIVE_PROBE_MILLIS = 15_000;

const CLOSED_CAUSE = 'transport closed';

/** Loads TLS (4 MB) only for https. Throws if `exporter.url` is no URL, which the resolved configuration rules out. */
export function createHttpTransport(
  exporter: ExporterConfig,
  scheduler: Scheduler,
  diagnostic: (message: string) => void,
): Transport {
  const url = new URL(exporter.url);
  // Not import(): a namespace of node:http reads its lazy exports, which loads Node's own copy of undici: 8.5 MB and
  // 30 ms instead of 1 MB and 3 ms.
  const module: HttpModule =
    url.protocol === 'https:'
      ? process.getBuiltinModule('node:https')
      : process.getBuiltinModule('node:http');
  return new HttpTransport(exporter, url, module, scheduler, new TlsFiles(exporter, diagnostic));
}

class HttpTransport implements Transport {
  readonly #exporter: ExporterConfig;
  readonly #module: HttpModule;
  readonly #scheduler: Scheduler;
  readonly #tlsFiles: TlsFiles;
  readonly #secure: boolean;
  readonly #format: BodyFormat;
  readonly #secrets: readonly string[];
  readonly #options: RequestOptions;
  readonly #headers: Record<string, string>;
  readonly #exchanges = new Set<HttpExchange>();
  #agent: Agent | undefined;
  #agentGeneration = -1;
  #closed = false;

  constructor(
    exporter: ExporterConfig,
    url: URL,
    module: HttpModule,
    scheduler: Scheduler,
    tlsFiles: TlsFiles,
  ) {
    const { headers, userAgent } = requestHeaders(exporter.headers, url);
    this.#exporter = exporter;
    this.#module = module;
    this.#scheduler = scheduler;
    this.#tlsFiles = tlsFiles;
    this.#secure = url.protocol === 'https:';
    this.#format = exporter.protocol === 'http/json' ? 'json' : 'protobuf';
    this.#secrets = secretsOf(headers);
    this.#options = {
      method: 'POST',
      hostname: url.hostname.replace(/^\[(.*)\]$/, '$1'),
      port: url.port === '' ? (this.#secure ? 443 : 80) : url.port,
      path: `${url.pathname}${url.search}`,
    };
    this.#headers = {
      ...headers,
      'user-agent': userAgent,
      'content-type': this.#format === 'json' ? 'application/json' : 'application/x-protobuf',
    };
  }

  async send(payload: Payload, deadlineMillis: number): Promise<ExportResult> {
    if (payload.body.length > this.#exporter.maxRequestBytes) {
      return { status: 'too-large', cause: `request of ${payload.body.length} bytes is over the limit` };
    }
    const outcome = await this.#exchange(payload, deadlineMillis);
    if (outcome.kind !== 'broken' || !outcome.stale) return this.#classify(outcome, payload);
    // The server closed idle connections while this request was under way: that is no failure of the collector
    // and deserves no backoff. Once, on a connection made for it.
    this.#dropIdleConnections();
    return this.#classify(await this.#exchange(payload, deadlineMillis), payload);
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const exchange of this.#exchanges) exchange.abort(CLOSED_CAUSE);
    this.#agent?.destroy();
    this.#agent = undefined;
  }

  async #exchange(payload: Payload, deadlineMillis: number): Promise<HttpOutcome> {
    if (this.#closed) return broken(CLOSED_CAUSE);
    const reading = this.#tlsFiles.read(this.#scheduler.now());
    if (reading.status === 'unreadable') return broken(reading.cause);
    const headers: Record<string, string> = {
      ...this.#headers,
      'content-length': String(payload.body.length),
    };
    if (payload.encoding) headers['content-encoding'] = payload.encoding;
    const exchange = new HttpExchange({
      request: this.#module.request,
      options: { ...this.#options, headers, agent: this.#agentFor(reading.material) },
      body: payload.body,
      deadlineMillis,
      maxResponseBytes: this.#exporter.maxResponseBytes,
      scheduler: this.#scheduler,
    });
    this.#exchanges.add(exchange);
    const outcome = await exchange.outcome;
    this.#exchanges.delete(exchange);
    // The others in the pool may lead to the same dead peer.
    if (outcome.kind === 'broken' && outcome.timedOut) this.#dropIdleConnections();
    return outcome;
  }

  #classify(outcome: HttpOutcome, payload: Payload): ExportResult {
    switch (outcome.kind) {
      case 'response':
        return classifyHttpResponse(
          outcome.response,
          this.#format,
          payload.spanCount,
          this.#secrets,
          Date.now(),
        );
      case 'broken':
        return { status: 'retryable', cause: safeText(outcome.cause, this.#secrets) };
      case 'oversized':
        return { status: 'failure', cause: `response over ${this.#exporter.maxResponseBytes} bytes` };
      case 'unsendable':
        return { status: 'failure', cause: safeText(outcome.cause, this.#secrets) };
    }
  }

  #agentFor(material: TlsMaterial): Agent {
    if (this.#agent && this.#agentGeneration === material.generation) return this.#agent;
    if (this.#agent) {
      // Certificates changed: the old connections end with the requests that use them.
      this.#dropIdleConnections();
      this.#agent.maxFreeSockets = 0;
    }
    const options: AgentOptions = {
      keepAlive: true,
      keepAliveMsecs: KEEP_ALIVE_PROBE_MILLIS,
      maxSockets: this.#exporter.maxConcurrentExports,
      maxFreeSockets: this.#exporter.maxConcurrentExports,
    };
    if (this.#secure) {
      if (material.ca) options.ca = material.ca;
      if (material.key) options.key = material.key;
      if (material.cert) options.cert = material.cert;
    }
    this.#agentGeneration = material.generation;
    this.#agent = new this.#module.Agent(options);
    return this.#agent;
  }

  #dropIdleConnections(): void {
    const idle = Object.values(this.#agent?.freeSockets ?? {}).flatMap((sockets) => sockets ?? []);
    for (const socket of idle) socket.destroy();
  }
}

function broken(cause: string): HttpOutcome {
  return { kind: 'broken', cause, stale: false, timedOut: false };
}
