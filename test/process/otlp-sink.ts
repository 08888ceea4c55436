// A collector inside the test process: takes OTLP over HTTP and gRPC, decodes it independently of src, and keeps every
// span with the time of its arrival.

import { gunzipSync } from 'node:zlib';
import { grpcCollector } from '../support/grpc-collector.js';
import {
  decodeJsonRequest,
  decodeProtobufRequest,
  type NormalResourceSpans,
  type NormalSpan,
} from '../support/otlp-decoder.js';
import { httpCollector } from '../support/raw-server.js';

export interface ArrivedSpan extends NormalSpan {
  readonly arrivedUnixMillis: number;
  readonly scope: string;
  readonly scopeVersion: string;
  readonly resource: NormalResourceSpans['attributes'];
}

export interface SinkRequest {
  readonly contentType: string;
  readonly encoding: string;
  readonly spans: number;
  readonly userAgent: string;
}

export class OtlpSink {
  readonly spans: ArrivedSpan[] = [];
  readonly requests: SinkRequest[] = [];
  readonly #watchers = new Set<() => void>();
  #http: { readonly port: number; close(): Promise<void> } | undefined;
  #grpc: { readonly port: number; close(): Promise<void> } | undefined;

  /** `silent`: takes requests and never answers. */
  static async start(options: { silent?: boolean } = {}): Promise<OtlpSink> {
    const sink = new OtlpSink();
    sink.#http = await httpCollector((response, request) => {
      const contentType = String(request.headers['content-type']);
      const encoding = String(request.headers['content-encoding'] ?? 'identity');
      if (options.silent) return;
      const body = encoding === 'gzip' ? gunzipSync(request.body) : request.body;
      const isJson = contentType.startsWith('application/json');
      const decoded = isJson ? decodeJsonRequest(body) : decodeProtobufRequest(body);
      sink.#add(decoded, contentType, encoding, String(request.headers['user-agent']));
      response.writeHead(200, { 'content-type': contentType }).end(isJson ? '{}' : '');
    });
    return sink;
  }

  static async startGrpc(): Promise<OtlpSink> {
    const sink = new OtlpSink();
    sink.#grpc = await grpcCollector(({ body, metadata }) => {
      const encoding = String(metadata.get('grpc-encoding')[0] ?? 'identity');
      sink.#add(decodeProtobufRequest(body), 'grpc', encoding, String(metadata.get('user-agent')[0]));
      return new Uint8Array(0);
    });
    return sink;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#http ?? this.#grpc)?.port}`;
  }

  /** Resolves when `count` spans have arrived. */
  arrived(count: number): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (this.spans.length < count) return;
        this.#watchers.delete(look);
        resolve();
      };
      this.#watchers.add(look);
      look();
    });
  }

  names(): string[] {
    return this.spans.map(({ name }) => name).sort();
  }

  async close(): Promise<void> {
    await this.#http?.close();
    await this.#grpc?.close();
  }

  #add(decoded: NormalResourceSpans[], contentType: string, encoding: string, userAgent: string): void {
    const arrivedUnixMillis = performance.timeOrigin + performance.now();
    let spans = 0;
    for (const { attributes, scopes } of decoded) {
      for (const scope of scopes) {
        for (const span of scope.spans) {
          this.spans.push({
            ...span,
            arrivedUnixMillis,
            scope: scope.name,
            scopeVersion: scope.version,
            resource: attributes,
          });
          spans++;
        }
      }
    }
    this.requests.push({ contentType, encoding, spans, userAgent });
    for (const look of this.#watchers) look();
  }
}
