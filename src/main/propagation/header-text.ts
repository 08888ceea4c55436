// Reads headers through a getter that may answer with anything: values come back as text, bounded before anybody
// parses them. Thread: producer. Callers: the propagators of this folder, which catch what a getter throws.

import type { TextMapGetter } from '@opentelemetry/api';

/** What is parsed of one header at the most, all its lines together: the W3C's bound for baggage. */
export const HEADER_LENGTH_MAX = 8192;
/** Lines of one header that are looked at. */
const LINES_MAX = 64;

/** The header's lines; one that is no text is passed over, but for flags and numbers of carriers that are plain objects. */
function lines(getter: TextMapGetter, carrier: unknown, name: string): string[] {
  const value: unknown = getter.get(carrier, name);
  if (typeof value === 'string') return [value];
  if (typeof value === 'boolean' || typeof value === 'number') return [String(value)];
  if (!Array.isArray(value)) return [];
  return value.slice(0, LINES_MAX).filter((line) => typeof line === 'string');
}

/** The text of a header that may be there once only; undefined if it is missing, too long, or there more than once. */
export function singleHeader(getter: TextMapGetter, carrier: unknown, name: string): string | undefined {
  const found = lines(getter, carrier, name);
  return found.length === 1 && found[0].length <= HEADER_LENGTH_MAX ? found[0] : undefined;
}

/** The first line of a header that may be there more than once; undefined if it is missing or too long. */
export function firstHeader(getter: TextMapGetter, carrier: unknown, name: string): string | undefined {
  const [first] = lines(getter, carrier, name);
  return first !== undefined && first.length <= HEADER_LENGTH_MAX ? first : undefined;
}

/** A header that is a list with commas: its lines joined, and cut off after the last member within the bound. */
export function listHeader(getter: TextMapGetter, carrier: unknown, name: string): string {
  let list = '';
  for (const line of lines(getter, carrier, name)) {
    const longer = list === '' ? line : `${list},${line}`;
    if (longer.length > HEADER_LENGTH_MAX) {
      const cut = longer.lastIndexOf(',', HEADER_LENGTH_MAX);
      return cut < 0 ? '' : longer.slice(0, cut);
    }
    list = longer;
  }
  return list;
}
