// The stream that lines of OTLP go to: standard output, or a file. Thread: main; caller: otlp-endpoint.ts.
// Specification: OTLP File Exporter, Programmatic configuration; the words are those of the declarative configuration's
// `output_stream`.

import { OptionError } from '../errors.js';
import { URL_LENGTH_MAX } from '../limits.js';
import { parseUrl } from '../platform.js';
import type { Endpoint } from './otlp-endpoint.js';
import { quoteUrl, quoteValue } from './quote.js';

const STDOUT = 'stdout';

export function resolveFileEndpoint(option: unknown): Endpoint {
  const url = option === undefined ? STDOUT : streamOf(option);
  if (url !== undefined) return { url, insecure: undefined, authorization: undefined };
  throw new OptionError({
    option: 'exporter.url',
    value: typeof option === 'string' ? quoteUrl(option) : quoteValue(option),
    range: `stdout, or a URL of at most ${URL_LENGTH_MAX} characters with the full path of a file`,
    remedy: 'Write it as file:///var/log/spans.jsonl.',
  });
}

function streamOf(option: unknown): string | undefined {
  if (option === STDOUT) return STDOUT;
  if (typeof option !== 'string' || option.length > URL_LENGTH_MAX) return undefined;
  const url = parseUrl(option);
  if (url?.protocol !== 'file:' || url.hostname !== '' || url.search !== '' || url.hash !== '')
    return undefined;
  // A separator or a NUL in a file's name, and a folder.
  if (/%(2f|5c|00)/i.test(url.pathname) || url.pathname.endsWith('/') || hasBadEscape(url.pathname))
    return undefined;
  return url.href;
}

/** What is left of `%` when the path is decoded. */
function hasBadEscape(path: string): boolean {
  try {
    decodeURIComponent(path);
    return false;
  } catch {
    return true;
  }
}
