// Headers of OTLP requests, from options and variables, safe to hand to any transport. Thread: main; caller:
// exporter-config.ts. Invariant: no error or warning contains a header's value.

import { OptionError } from '../errors.js';
import {
  HEADER_COUNT_MAX,
  HEADER_NAME_LENGTH_MAX,
  HEADER_VALUE_LENGTH_MAX,
  LIST_VARIABLE_LENGTH_MAX,
} from '../limits.js';
import { isBadMember, parseKeyValueList } from './key-value-list.js';
import { quoteText, quoteValue } from './quote.js';
import type { OtlpProtocol } from './resolved-config.js';
import type { Settings } from './settings.js';

/** A token as in RFC 9110, which CR, LF, colon and space are not. */
const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** Printable ASCII: what HTTP/1, HTTP/2 and gRPC metadata all carry. */
const VALUE = /^[\x20-\x7e]*$/;

/** They frame the request or describe its body: the transport alone knows them. */
const TRANSPORT_HEADERS = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'expect',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

const RANGE = `at most ${HEADER_COUNT_MAX} names that are HTTP tokens with printable ASCII values`;

/** The weakest variable first: a later one replaces an earlier one's header. */
export function resolveHeaders(
  settings: Settings,
  protocol: OtlpProtocol,
  option: unknown,
  variables: readonly string[],
  authorization: string | undefined,
): Record<string, string> {
  const headers = new Map<string, string>();
  if (authorization !== undefined) headers.set('authorization', authorization);
  for (const variable of variables) addVariable(settings, protocol, headers, variable);
  addOption(protocol, headers, option);
  // fromEntries defines properties, so that a header named __proto__ is a header and no prototype.
  return Object.fromEntries(headers);
}

function addVariable(
  settings: Settings,
  protocol: OtlpProtocol,
  headers: Map<string, string>,
  variable: string,
): void {
  const text = settings.variable(variable);
  if (text === undefined) return;
  if (text.length > LIST_VARIABLE_LENGTH_MAX) {
    settings.warn(`${variable} is longer than ${LIST_VARIABLE_LENGTH_MAX} characters; it is ignored.`);
    return;
  }
  for (const member of parseKeyValueList(text)) {
    const problem = isBadMember(member)
      ? member.problem
      : headerProblem(protocol, headers, member.key, member.value);
    if (problem !== undefined || isBadMember(member)) {
      settings.warn(`${variable}: the header ${quoteText(member.key)} ${problem}; it is not sent.`);
    } else {
      headers.set(member.key.toLowerCase(), member.value);
    }
  }
}

function addOption(protocol: OtlpProtocol, headers: Map<string, string>, option: unknown): void {
  if (option === undefined) return;
  if (typeof option !== 'object' || option === null || Array.isArray(option)) {
    throw new OptionError({
      option: 'exporter.headers',
      value: typeof option === 'string' ? 'a string' : quoteValue(option),
      range: `an object of ${RANGE}`,
      remedy: "Write headers: { 'api-key': '...' }.",
    });
  }
  for (const [name, value] of Object.entries(option)) {
    const problem =
      typeof value === 'string'
        ? headerProblem(protocol, headers, name, value)
        : `has a value of type ${typeof value}`;
    if (problem !== undefined) {
      throw new OptionError({
        option: 'exporter.headers',
        value: `an object in which ${quoteText(name)} ${problem}`,
        range: `an object of ${RANGE}`,
        remedy: 'Correct this header or leave it out.',
      });
    }
    headers.set(name.toLowerCase(), value as string);
  }
}

function headerProblem(
  protocol: OtlpProtocol,
  headers: ReadonlyMap<string, string>,
  name: string,
  value: string,
): string | undefined {
  const lower = name.toLowerCase();
  if (name.length > HEADER_NAME_LENGTH_MAX) return `is longer than ${HEADER_NAME_LENGTH_MAX} characters`;
  if (!NAME.test(name)) return 'is not a valid header name';
  if (TRANSPORT_HEADERS.has(lower)) return 'is set by the transport itself';
  if (value.length > HEADER_VALUE_LENGTH_MAX) {
    return `has a value longer than ${HEADER_VALUE_LENGTH_MAX} characters`;
  }
  if (!VALUE.test(value)) return 'has a value with characters other than printable ASCII';
  if (protocol === 'grpc' && lower.endsWith('-bin'))
    return 'stands for binary metadata, which has no text form';
  if (headers.size >= HEADER_COUNT_MAX && !headers.has(lower))
    return `is one of more than ${HEADER_COUNT_MAX}`;
  return undefined;
}
