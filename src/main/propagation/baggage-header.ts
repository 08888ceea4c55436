// The text of the header `baggage`: its members read and written. Pure. Thread: producer. Caller: baggage.ts.
// Specification: W3C Baggage, "Baggage HTTP Header Format", "Limits".

import {
  type Baggage,
  type BaggageEntry,
  baggageEntryMetadataFromString,
  propagation,
} from '@opentelemetry/api';
import { HEADER_LENGTH_MAX } from './header-text.js';

/** OTel JS's bound; 64 have to pass. */
const MEMBERS_MAX = 180;
/** What may follow a member's `;`: a comma would end the member, anything else would be no header. */
const METADATA = /^[\t !-+\--~]*$/;

export interface BaggageText {
  readonly text: string;
  /** Something of the baggage no header can carry, or it did not fit. */
  readonly isCut: boolean;
}

export function baggageText(baggage: Baggage): BaggageText {
  let text = '';
  let isCut = false;
  let count = 0;
  for (const [key, entry] of baggage.getAllEntries()) {
    const member = memberOf(key, entry);
    const length = text.length + (text === '' ? 0 : 1) + (member?.text.length ?? 0);
    if (member === undefined || count === MEMBERS_MAX || length > HEADER_LENGTH_MAX) {
      isCut = true;
      continue;
    }
    text += text === '' ? member.text : `,${member.text}`;
    isCut ||= member.isCut;
    count++;
  }
  return { text, isCut };
}

function memberOf(key: string, entry: BaggageEntry): BaggageText | undefined {
  const { value, metadata } = entry;
  if (key === '' || !['string', 'number', 'boolean'].includes(typeof value)) return undefined;
  // A name is a token, in which parentheses are not allowed.
  const name = percentEncoded(key).replace(/[()]/g, (found) => (found === '(' ? '%28' : '%29'));
  const text = `${name}=${percentEncoded(String(value))}`;
  if (metadata === undefined) return { text, isCut: false };
  const more = metadataText(metadata);
  return more === undefined ? { text, isCut: true } : { text: `${text};${more}`, isCut: false };
}

/** Undefined: no header can carry it. It may be anybody's object. */
function metadataText(metadata: { toString(): unknown }): string | undefined {
  try {
    const text = metadata.toString();
    return typeof text === 'string' && METADATA.test(text) ? text : undefined;
  } catch {
    return undefined;
  }
}

/** `text` is bounded. What is no member is passed over; undefined if nothing is one. Of equal names the last one counts. */
export function parseBaggage(text: string): Baggage | undefined {
  const entries = new Map<string, BaggageEntry>();
  let count = 0;
  for (const member of text.split(',')) {
    if (count === MEMBERS_MAX) break;
    const semicolon = member.indexOf(';');
    const pair = semicolon < 0 ? member : member.slice(0, semicolon);
    const equals = pair.indexOf('=');
    const key = percentDecoded(pair.slice(0, Math.max(0, equals)).trim());
    if (key === '') continue;
    const metadata = semicolon < 0 ? '' : member.slice(semicolon + 1);
    const value = percentDecoded(pair.slice(equals + 1).trim());
    entries.set(key, {
      value,
      ...(metadata === '' ? {} : { metadata: baggageEntryMetadataFromString(metadata) }),
    });
    count++;
  }
  // fromEntries defines properties, so that `__proto__` is a name like any other.
  return count === 0 ? undefined : propagation.createBaggage(Object.fromEntries(entries));
}

/** Half a surrogate pair, for which there are no octets, becomes U+FFFD. */
function percentEncoded(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

/** Octets that are no UTF-8 become U+FFFD, as the W3C wants it; a `%` without two digits is itself. */
function percentDecoded(text: string): string {
  if (!text.includes('%')) return text;
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (octets) =>
    Buffer.from(octets.replaceAll('%', ''), 'hex').toString('utf8'),
  );
}
