// Reads the Retry-After header. Export worker; caller: http-response.ts.

/**
 * Milliseconds that the server asks to wait, or undefined if it asks for nothing usable (absent, negative,
 * garbage): then the client's own backoff counts. A date is compared with the server's own `Date` header if
 * there is one, so that a wrong clock on either side does not matter. Unbounded: retrying-transport.ts caps it.
 */
export function retryAfterMillis(
  retryAfter: string | undefined,
  serverDate: string | undefined,
  unixMillis: number,
): number | undefined {
  const text = retryAfter?.trim();
  if (!text) return undefined;
  if (/^\d+$/.test(text)) return Number(text.slice(0, 15)) * 1000;
  // HTTP dates start with a weekday; Date.parse alone would also take "-5" or "1.5" for dates.
  if (!/^[A-Za-z]{3}/.test(text)) return undefined;
  const date = Date.parse(text);
  if (Number.isNaN(date)) return undefined;
  const reference = serverDate === undefined ? Number.NaN : Date.parse(serverDate);
  return Math.max(0, date - (Number.isNaN(reference) ? unixMillis : reference));
}
