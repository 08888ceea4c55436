// OTLP over gRPC: unary calls with the bytes as the encoder made them. Export worker; caller: create-transport.ts,
// which imports this file, and with it grpc-js, only when it is needed. The only file that imports @grpc/grpc-js.

import { checkServerIdentity } from 'node:tls';
import { gunzipSync } from 'node:zlib';
import {
  type ChannelCredentials,
  Client,
  type ClientOptions,
  type ClientUnaryCall,
  credentials,
  Metadata,
  type ServiceError,
  type VerifyOptions,
} from '@grpc/grpc-js';
import type { ExporterConfig } from '../../shared/config/resolved-config.js';
import type { ExportResult } from './export-result.js';
import { ENCODING_REQUEST_KEY, frame, installFraming } from './grpc-framing.js';
import { metadataEntries } from './grpc-metadata.js';
import { classifyGrpcStatus, GrpcCode, type GrpcStatus } from './grpc-status.js';
import { type GrpcTarget, grpcTarget } from './grpc-target.js';
import { requestHeaders } from './request-headers.js';
import { readPartialSuccess } from './response-body.js';
import { safeText, secretsOf } from './safe-text.js';
import { successResult } from './success-result.js';
import { TlsFiles, type TlsMaterial } from './tls-files.js';
import type { Payload, Scheduler, Transport } from './transport.js';

const EXPORT_METHOD = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';

/** After so many deadlines in a row the connection is taken for dead (half-open), and a new client is made. */
const DEADLINES_UNTIL_NEW_CLIENT = 3;

const FIXED_OPTIONS: ClientOptions = {
  // Retrying is done in retrying-transport.ts, which can count and be bounded; here it would also keep copies.
  'grpc.enable_retries': 0,
  'grpc.enable_channelz': 0,
  // No TXT look-up per connection for a service config that no collector publishes.
  'grpc.service_config_disable_resolution': 1,
  // A client made anew must not be given a dead connection that another client of the same address still has.
  'grpc.use_local_subchannel_pool': 1,
  // The default goes up to two minutes, during which a collector that is back would be refused every batch.
  'grpc.initial_reconnect_backoff_ms': 200,
  'grpc.max_reconnect_backoff_ms': 5000,
  'grpc.max_send_message_length': -1,
  // HTTP/2 pings, sent only while calls are open. Go servers (the Collector is one) answer pings that come more
  // often than every five minutes with GOAWAY, so this is for calls without a deadline only.
  'grpc.keepalive_time_ms': 310_000,
  'grpc.keepalive_timeout_ms': 20_000,
};

/**
 * The server name that a collector given by its IP address is told. grpc-js would tell it the address, which is no
 * server name (RFC 6066), and which Node refuses from 26 on. The certificate is checked against the address.
 */
const SERVER_NAME_OF_ADDRESS = 'address.invalid';

const CLOSED_CAUSE = 'transport closed';

/** Throws if `exporter.url` cannot be read, which the resolved configuration rules out. */
export function createGrpcTransport(
  exporter: ExporterConfig,
  scheduler: Scheduler,
  diagnostic: (message: string) => void,
): Transport {
  const target = grpcTarget(exporter.url, exporter.insecure);
  if (!target) throw new TypeError('the gRPC endpoint is no URL');
  return new GrpcTransport(exporter, target, scheduler, diagnostic);
}

interface Channel {
  readonly client: Client;
  readonly generation: number;
  /** False: grpc-js changed inside, see grpc-framing.ts. */
  readonly takesFramed: boolean;
}

class GrpcTransport implements Transport {
  readonly #exporter: ExporterConfig;
  readonly #target: GrpcTarget;
  readonly #scheduler: Scheduler;
  readonly #tlsFiles: TlsFiles;
  readonly #secrets: readonly string[];
  readonly #metadata = new Metadata();
  readonly #compressedMetadata: Metadata;
  readonly #options: ClientOptions;
  readonly #outstanding = new Set<(status: GrpcStatus) => void>();
  #channel: Channel | undefined;
  #deadlinesInARow = 0;
  /** The collector refused gzip once: it gets none from then on. */
  #plainOnly = false;
  #closed = false;

  constructor(
    exporter: ExporterConfig,
    target: GrpcTarget,
    scheduler: Scheduler,
    diagnostic: (message: string) => void,
  ) {
    const { headers, userAgent } = requestHeaders(exporter.headers, target.url);
    const { entries, refused } = metadataEntries(headers);
    for (const name of refused) diagnostic(`header ${JSON.stringify(name)} cannot be sent over gRPC`);
    for (const [name, value] of entries) this.#metadata.set(name, value);
    this.#compressedMetadata = this.#metadata.clone();
    this.#compressedMetadata.set(ENCODING_REQUEST_KEY, 'gzip');
    this.#exporter = exporter;
    this.#target = target;
    this.#scheduler = scheduler;
    this.#tlsFiles = new TlsFiles(exporter, diagnostic);
    this.#secrets = secretsOf(headers);
    this.#options = {
      ...FIXED_OPTIONS,
      'grpc.primary_user_agent': userAgent,
      'grpc.max_receive_message_length': exporter.maxResponseBytes,
    };
    if (target.address !== undefined) {
      this.#options['grpc.ssl_target_name_override'] = SERVER_NAME_OF_ADDRESS;
    }
  }

  async send(payload: Payload, deadlineMillis: number): Promise<ExportResult> {
    if (payload.body.length > this.#exporter.maxRequestBytes) {
      return { status: 'too-large', cause: `request of ${payload.body.length} bytes is over the limit` };
    }
    if (this.#closed) return { status: 'retryable', cause: CLOSED_CAUSE };
    try {
      return await this.#send(payload, deadlineMillis);
    } catch (error) {
      // Certificates that do not fit together, as while they are being replaced.
      const cause = error instanceof Error ? error.message : String(error);
      return { status: 'retryable', cause: safeText(cause, this.#secrets) };
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const end of [...this.#outstanding]) end(locally(GrpcCode.Cancelled, CLOSED_CAUSE));
    this.#channel?.client.close();
    this.#channel = undefined;
  }

  async #send(payload: Payload, deadlineMillis: number): Promise<ExportResult> {
    const reading = this.#tlsFiles.read(this.#scheduler.now());
    if (reading.status === 'unreadable') return { status: 'retryable', cause: reading.cause };
    const channel = this.#channelFor(reading.material);
    const compressed = payload.encoding === 'gzip' && channel.takesFramed && !this.#plainOnly;
    const message = this.#message(payload, compressed, channel.takesFramed);
    const answer = await this.#call(channel.client, message, compressed, deadlineMillis);
    if (answer instanceof Uint8Array) {
      this.#deadlinesInARow = 0;
      return successResult(readPartialSuccess(answer, 'protobuf'), payload.spanCount, this.#secrets);
    }
    this.#countDeadline(answer, channel);
    if (compressed && refusesCompression(answer)) {
      this.#plainOnly = true;
      return this.#send(payload, deadlineMillis);
    }
    return classifyGrpcStatus(answer, this.#secrets);
  }

  #message(payload: Payload, compressed: boolean, framed: boolean): Buffer {
    let { body, headroomBytes = 0 } = payload;
    if (payload.encoding === 'gzip' && !compressed) {
      body = gunzipSync(body, { maxOutputLength: this.#exporter.maxRequestBytes });
      headroomBytes = 0;
    }
    return framed
      ? frame(body, headroomBytes, compressed)
      : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  }

  /** The response's bytes, or the status that came instead. */
  #call(
    client: Client,
    message: Buffer,
    compressed: boolean,
    deadlineMillis: number,
  ): Promise<Uint8Array | GrpcStatus> {
    const remainingMillis = Math.max(0, deadlineMillis - this.#scheduler.now());
    return new Promise((resolve) => {
      let call: ClientUnaryCall | undefined;
      let responseBegan = false;
      const settle = (answer: Uint8Array | GrpcStatus) => {
        this.#scheduler.clearTimer(timer);
        this.#outstanding.delete(end);
        resolve(answer);
      };
      const end = (status: GrpcStatus) => {
        settle(status);
        call?.cancel();
      };
      // grpc-js counts its deadline in wall clock time; this timer holds when that clock is set.
      const timer = this.#scheduler.setTimer(
        () => end(locally(GrpcCode.DeadlineExceeded, 'no response before the deadline')),
        remainingMillis,
      );
      this.#outstanding.add(end);
      try {
        call = client.makeUnaryRequest<Buffer, Buffer>(
          EXPORT_METHOD,
          identity,
          identity,
          message,
          compressed ? this.#compressedMetadata : this.#metadata,
          { deadline: Date.now() + remainingMillis },
          (error, response) => settle(error ? statusOf(error, responseBegan) : (response ?? EMPTY)),
        );
        call.on('metadata', () => {
          responseBegan = true;
        });
      } catch (error) {
        // A channel that was shut down refuses calls by throwing.
        settle(locally(GrpcCode.Unavailable, error instanceof Error ? error.message : String(error)));
      }
    });
  }

  #countDeadline(status: GrpcStatus, channel: Channel): void {
    this.#deadlinesInARow = status.code === GrpcCode.DeadlineExceeded ? this.#deadlinesInARow + 1 : 0;
    if (this.#deadlinesInARow < DEADLINES_UNTIL_NEW_CLIENT) return;
    this.#deadlinesInARow = 0;
    if (this.#channel === channel) this.#retire();
  }

  #channelFor(material: TlsMaterial): Channel {
    if (this.#channel?.generation === material.generation) return this.#channel;
    this.#retire();
    const client = new Client(this.#target.target, this.#credentials(material), this.#options);
    const takesFramed = installFraming(client.getChannel(), this.#exporter.maxResponseBytes);
    this.#channel = { client, generation: material.generation, takesFramed };
    return this.#channel;
  }

  /** Calls that are open go on to their end; the next send makes a new client. */
  #retire(): void {
    this.#channel?.client.close();
    this.#channel = undefined;
  }

  #credentials(material: TlsMaterial): ChannelCredentials {
    const { secure, address } = this.#target;
    if (!secure) return credentials.createInsecure();
    const verify: VerifyOptions =
      address === undefined
        ? {}
        : { checkServerIdentity: (_name, certificate) => checkServerIdentity(address, certificate) };
    return credentials.createSsl(material.ca ?? null, material.key ?? null, material.cert ?? null, verify);
  }
}

const EMPTY = new Uint8Array(0);

function identity(bytes: Buffer): Buffer {
  return bytes;
}

function locally(code: number, details: string): GrpcStatus {
  return { code, details, statusDetails: undefined, responseBegan: false };
}

function statusOf(error: ServiceError, responseBegan: boolean): GrpcStatus | Uint8Array {
  // grpc-js's answer to status OK without a message; OK is what counts.
  if (error.code === GrpcCode.Unimplemented && error.details === 'No message received') return EMPTY;
  const [statusDetails] = error.metadata?.get('grpc-status-details-bin') ?? [];
  return {
    code: error.code ?? GrpcCode.Unknown,
    details: error.details ?? '',
    statusDetails: statusDetails instanceof Uint8Array ? statusDetails : undefined,
    responseBegan,
  };
}

/** Servers that do not know an encoding must say UNIMPLEMENTED (gRPC compression); so do those without the service. */
function refusesCompression(status: GrpcStatus): boolean {
  return status.code === GrpcCode.Unimplemented && /compress|encoding|gzip/i.test(status.details);
}
