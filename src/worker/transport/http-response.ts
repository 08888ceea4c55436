// What an HTTP response means for the batch (OTLP/HTTP, response classification). Pure. Export worker; caller:
// http-transport.ts.

import type { ExportResult } from './export-result.js';
import { type BodyFormat, bodyFormat, readPartialSuccess, readStatusMessage } from './response-body.js';
import { retryAfterMillis } from './retry-after.js';
import { safeText } from './safe-text.js';
import { successResult } from './success-result.js';

export interface HttpResponse {
  readonly statusCode: number;
  readonly contentType: string | undefined;
  readonly contentEncoding: string | undefined;
  readonly retryAfter: string | undefined;
  readonly date: string | undefined;
  readonly body: Uint8Array;
}

/** The Collector (0.155) answers a request over its 20 MiB with 400 and these words of Go's HTTP server, not with 413. */
const BODY_TOO_LARGE = /request body too large/i;

const RETRYABLE = new Set([429, 502, 503, 504]);

export function classifyHttpResponse(
  response: HttpResponse,
  requestFormat: BodyFormat,
  spanCount: number,
  secrets: readonly string[],
  unixMillis: number,
): ExportResult {
  const { statusCode } = response;
  const format = readableFormat(response, requestFormat);
  if (statusCode >= 200 && statusCode < 300) {
    const answer = format && readPartialSuccess(response.body, format);
    return successResult(
      response.body.length === 0 ? { rejected: 0, message: '' } : answer,
      spanCount,
      secrets,
    );
  }
  const cause = describe(response, format, secrets);
  if (statusCode === 413 || (statusCode === 400 && BODY_TOO_LARGE.test(cause)))
    return { status: 'too-large', cause };
  if (!RETRYABLE.has(statusCode)) return { status: 'failure', cause };
  const afterMillis = retryAfterMillis(response.retryAfter, response.date, unixMillis);
  return afterMillis === undefined
    ? { status: 'retryable', cause }
    : { status: 'retryable', afterMillis, cause };
}

/** We ask for no compression: a body that is compressed all the same is never inflated, so it cannot explode. */
function readableFormat(response: HttpResponse, requestFormat: BodyFormat): BodyFormat | undefined {
  const encoding = response.contentEncoding?.trim().toLowerCase();
  if (encoding && encoding !== 'identity') return undefined;
  return bodyFormat(response.contentType, requestFormat);
}

function describe(
  response: HttpResponse,
  format: BodyFormat | undefined,
  secrets: readonly string[],
): string {
  const { statusCode } = response;
  // Where to is not said: a Location may carry a token.
  if (statusCode >= 300 && statusCode < 400) return `HTTP ${statusCode}: redirects are not followed`;
  const message = format ? safeText(readStatusMessage(response.body, format), secrets) : '';
  return message === '' ? `HTTP ${statusCode}` : `HTTP ${statusCode}: ${message}`;
}
