// The headers that a user configured, made ready for either transport. Export worker; callers: the transports.

import { OFFLOOP_VERSION } from '../../shared/version.js';

const PRODUCT = `OTel-OTLP-Exporter-offloop/${OFFLOOP_VERSION}`;

/** What describes the request itself: a wrong value would break every request. */
const OURS = new Set([
  'content-type',
  'content-length',
  'content-encoding',
  'transfer-encoding',
  'connection',
  'keep-alive',
  'upgrade',
  'expect',
  'te',
  'trailer',
  'accept-encoding',
]);

export interface RequestHeaders {
  /** Lower-case names, without ours and without the user agent. */
  readonly headers: Readonly<Record<string, string>>;
  /** RFC 7231 products: the user's own in front, then ours. */
  readonly userAgent: string;
}

/** `url` may carry user information, which becomes basic authorization unless a header says otherwise. */
export function requestHeaders(
  configured: Readonly<Record<string, string>>,
  url: URL | undefined,
): RequestHeaders {
  const headers: Record<string, string> = {};
  let userAgent = PRODUCT;
  for (const [name, value] of Object.entries(configured)) {
    const lower = name.toLowerCase();
    if (lower === 'user-agent') userAgent = `${value} ${PRODUCT}`;
    else if (!OURS.has(lower)) headers[lower] = value;
  }
  if (url && (url.username !== '' || url.password !== '') && headers.authorization === undefined) {
    const credentials = `${decode(url.username)}:${decode(url.password)}`;
    headers.authorization = `Basic ${Buffer.from(credentials).toString('base64')}`;
  }
  return { headers, userAgent };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
