// Text of a foreign server made fit for a log line. Export worker; callers: the transports.
// A server may echo what it was sent, and it may send anything: no credentials, no control characters, short.

const TEXT_LENGTH_MAX = 200;
/** Header values below this length would redact ordinary words. */
const SECRET_LENGTH_MIN = 6;

/** The values that must never be seen in a message: those of all configured headers, and their parts. */
export function secretsOf(headers: Readonly<Record<string, string>>): readonly string[] {
  const secrets = new Set<string>();
  for (const value of Object.values(headers)) {
    // "Bearer abc": a server that complains about the token quotes it without the scheme.
    for (const part of [value, ...value.split(/\s+/)]) {
      if (part.length >= SECRET_LENGTH_MIN) secrets.add(part);
    }
  }
  return [...secrets].sort((a, b) => b.length - a.length);
}

export function safeText(text: string, secrets: readonly string[]): string {
  // Cut twice: the first cut bounds the work on a huge text, and leaves room for a secret at the second one.
  let safe = text.slice(0, 16 * TEXT_LENGTH_MAX);
  for (const secret of secrets) safe = safe.replaceAll(secret, '[redacted]');
  safe = safe
    .replace(/\p{C}+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return safe.length > TEXT_LENGTH_MAX ? `${safe.slice(0, TEXT_LENGTH_MAX)}...` : safe;
}
