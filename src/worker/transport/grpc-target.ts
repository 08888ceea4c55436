// Reads a gRPC endpoint as users write them. Pure. Export worker; caller: grpc-transport.ts.

import { isIP } from 'node:net';

export interface GrpcTarget {
  /** As grpc-js takes it. */
  readonly target: string;
  readonly secure: boolean;
  /** The host, if it is an IP address: TLS has no server name for it. */
  readonly address: string | undefined;
  /** For http and https only: may carry user information. */
  readonly url: URL | undefined;
}

/**
 * A scheme always wins: `https://` is TLS, `http://` is not. Without a scheme (`host:port`, `dns:///host:port`) it is
 * TLS unless `insecure`. `unix:` never is: the socket does not leave the machine. A path of an http URL means nothing
 * to gRPC and is left out. Undefined if an http(s) URL cannot be read.
 */
export function grpcTarget(endpoint: string, insecure: boolean): GrpcTarget | undefined {
  const scheme = /^(https?):\/\//i.exec(endpoint)?.[1].toLowerCase();
  if (!scheme) {
    const local = /^unix(-abstract)?:/i.test(endpoint);
    return { target: endpoint, secure: !local && !insecure, address: addressOf(endpoint), url: undefined };
  }
  if (!URL.canParse(endpoint)) return undefined;
  const url = new URL(endpoint);
  const secure = scheme === 'https';
  // A port that is the scheme's own is dropped by URL; grpc-js would take 443 for both.
  const port = url.port === '' ? (secure ? '443' : '80') : url.port;
  const target = `${url.hostname}:${port}`;
  return { target, secure, address: addressOf(target), url };
}

/** Of `host:port` behind any resolver scheme (`dns:///`, `ipv4:`); of several addresses the first, as grpc-js does. */
function addressOf(target: string): string | undefined {
  const [first] = target.replace(/^(dns:(\/\/[^/]*\/)?|ipv[46]:)/i, '').split(',');
  if (isIP(first)) return first;
  const host = /^\[([^\]]+)\](?::\d+)?$/.exec(first)?.[1] ?? first.replace(/:\d+$/, '');
  return isIP(host) ? host : undefined;
}
