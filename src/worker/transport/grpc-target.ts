// Reads a gRPC endpoint as users write them. Pure. Export worker; caller: grpc-transport.ts.

export interface GrpcTarget {
  /** As grpc-js takes it. */
  readonly target: string;
  readonly secure: boolean;
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
    return { target: endpoint, secure: !local && !insecure, url: undefined };
  }
  if (!URL.canParse(endpoint)) return undefined;
  const url = new URL(endpoint);
  const secure = scheme === 'https';
  // A port that is the scheme's own is dropped by URL; grpc-js would take 443 for both.
  const port = url.port === '' ? (secure ? '443' : '80') : url.port;
  return { target: `${url.hostname}:${port}`, secure, url };
}
