// What a collector's answer to a successful request amounts to. Export worker; callers: http-response.ts,
// grpc-transport.ts.

import type { ExportResult } from './export-result.js';
import type { PartialSuccess } from './response-body.js';
import { safeText } from './safe-text.js';

/** `answer` undefined: the body could not be read, which changes nothing about the data being delivered. */
export function successResult(
  answer: PartialSuccess | undefined,
  spanCount: number,
  secrets: readonly string[],
): ExportResult {
  if (!answer) {
    return {
      status: 'success',
      rejected: 0,
      message: 'the collector accepted the spans with an unreadable body',
    };
  }
  // A server that claims more (or less) must not upset recorded = delivered + dropped.
  const rejected = Math.min(Math.max(answer.rejected, 0), spanCount);
  const message = safeText(answer.message, secrets);
  if (message !== '') return { status: 'success', rejected, message };
  return { status: 'success', rejected };
}
