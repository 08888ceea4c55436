// Where spans are sent: OTLP/HTTP URLs and gRPC targets (OpenTelemetry Protocol Exporter: Endpoint URLs), and streams of OTLP
// lines (file-endpoint.ts). Thread: main; caller: exporter-config.ts. Invariant: what is resolved holds no user name and password; they
// become the value of an authorization header, so that a URL may be logged.

import { OptionError } from '../errors.js';
import { URL_LENGTH_MAX } from '../limits.js';
import { encodeBase64, parseUrl } from '../platform.js';
import { resolveFileEndpoint } from './file-endpoint.js';
import { quoteUrl, quoteValue } from './quote.js';
import type { OtlpProtocol } from './resolved-config.js';
import type { Settings } from './settings.js';

export interface Endpoint {
  readonly url: string;
  /** What the scheme says of TLS; undefined for a target without scheme. */
  readonly insecure: boolean | undefined;
  /** From a user name and password in the URL. */
  readonly authorization: string | undefined;
}

const HTTP_DEFAULT = 'http://localhost:4318/v1/traces';
const GRPC_DEFAULT = 'http://localhost:4317';
const SIGNAL_PATH = 'v1/traces';

const HTTP_RANGE = `an http: or https: URL of at most ${URL_LENGTH_MAX} characters`;
const GRPC_RANGE = `an http: or https: URL or a target as host:port or unix:path, of at most ${URL_LENGTH_MAX} characters`;

/** Forms of a target that grpc resolves itself. */
const GRPC_SCHEME = /^(dns|unix|unix-abstract|ipv4|ipv6):./i;
const GRPC_HOST = /^(\[[0-9a-f:.]+\]|[^\s:/@?#[\]]+)(?::(\d{1,5}))?$/i;

export function resolveEndpoint(settings: Settings, protocol: OtlpProtocol, option: unknown): Endpoint {
  if (protocol === 'file') return resolveFileEndpoint(option);
  const isGrpc = protocol === 'grpc';
  const parse = isGrpc ? parseGrpcTarget : parseHttpUrl;
  const range = isGrpc ? GRPC_RANGE : HTTP_RANGE;
  const example = isGrpc ? GRPC_DEFAULT : HTTP_DEFAULT;
  if (option !== undefined) {
    const endpoint = typeof option === 'string' ? parse(option) : undefined;
    if (endpoint !== undefined) return checkedPath(settings, isGrpc, endpoint, 'exporter.url');
    const value = typeof option === 'string' ? quoteUrl(option) : quoteValue(option);
    throw new OptionError({ option: 'exporter.url', value, range, remedy: `Write it as ${example}.` });
  }
  for (const variable of ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'OTEL_EXPORTER_OTLP_ENDPOINT']) {
    const text = settings.variable(variable);
    if (text === undefined) continue;
    const endpoint = parse(text);
    if (endpoint === undefined) {
      const remedy = `It is ignored; write it as ${isGrpc ? GRPC_DEFAULT : 'http://localhost:4318'}.`;
      settings.warnVariable({ option: variable, value: quoteUrl(text), range, remedy });
      continue;
    }
    if (isGrpc) return checkedPath(settings, isGrpc, endpoint, variable);
    return variable === 'OTEL_EXPORTER_OTLP_ENDPOINT' ? withSignalPath(endpoint) : endpoint;
  }
  return { url: isGrpc ? GRPC_DEFAULT : HTTP_DEFAULT, insecure: true, authorization: undefined };
}

function parseHttpUrl(text: string): Endpoint | undefined {
  if (text.length > URL_LENGTH_MAX || hasControlOrSpace(text)) return undefined;
  const url = parseUrl(text);
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) return undefined;
  const authorization = takeCredentials(url);
  url.hash = '';
  return { url: url.href, insecure: url.protocol === 'http:', authorization };
}

function parseGrpcTarget(text: string): Endpoint | undefined {
  if (text.length > URL_LENGTH_MAX || hasControlOrSpace(text)) return undefined;
  if (/^https?:\/\//i.test(text)) return parseHttpUrl(text);
  if (GRPC_SCHEME.test(text)) return { url: text, insecure: undefined, authorization: undefined };
  const host = GRPC_HOST.exec(text);
  if (host === null || Number(host[2] ?? 443) > 65_535) return undefined;
  return { url: text, insecure: undefined, authorization: undefined };
}

/** A general endpoint is a base: exactly one slash, then the signal's path; nothing else changes. */
function withSignalPath(endpoint: Endpoint): Endpoint {
  const url = parseUrl(endpoint.url);
  if (url === undefined) return endpoint;
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/${SIGNAL_PATH}`;
  return { ...endpoint, url: url.href };
}

/** gRPC has no use for a path: said once, and the path is cut off. */
function checkedPath(settings: Settings, isGrpc: boolean, endpoint: Endpoint, name: string): Endpoint {
  if (!isGrpc || endpoint.insecure === undefined) return endpoint;
  const url = parseUrl(endpoint.url);
  if (url === undefined) return endpoint;
  if (url.pathname !== '/' || url.search !== '') {
    settings.warn(`${name} has a path, which gRPC does not use; it is left out.`);
    url.pathname = '/';
    url.search = '';
  }
  // Without the last slash: gRPC takes the rest for a host.
  return { ...endpoint, url: url.href.replace(/\/$/, '') };
}

function takeCredentials(url: { username: string; password: string }): string | undefined {
  if (url.username === '' && url.password === '') return undefined;
  const authorization = `Basic ${encodeBase64(`${percentBytes(url.username)}:${percentBytes(url.password)}`)}`;
  url.username = '';
  url.password = '';
  return authorization;
}

/** Percent-encoded text as a string of bytes; a parsed URL's parts are ASCII. */
function percentBytes(text: string): string {
  return text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function hasControlOrSpace(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code <= 0x20 || code === 0x7f) return true;
  }
  return false;
}
