// The text form of entities: `type{id}[description]@schema;...`. Thread: main; caller: entities-config.ts.
// Specification: Entities, "Specifying entity information via an environment variable" (Development). What is malformed is
// skipped with a warning, which shows types and keys and no value.

import {
  ENTITY_COUNT_MAX,
  RESOURCE_KEY_LENGTH_MAX,
  RESOURCE_VALUE_LENGTH_MAX,
  URL_LENGTH_MAX,
} from '../limits.js';
import { parseUrl } from '../platform.js';
import { quoteText } from './quote.js';
import type { EntityConfig } from './resolved-config.js';

export type Warn = (problem: string) => void;

const ENTITY = /^([a-z][\w.-]*)\s*\{([^{}[\]]*)\}\s*(?:\[([^{}[\]]*)\]\s*)?(?:@(.*))?$/is;
const KEY = /^[a-z][\w.-]*$/i;
/** What has to be percent-encoded in a value. */
const RESERVED = /[{}[\]@;,=]/;

/** In the order of the text. */
export function parseEntityList(text: string, warn: Warn): EntityConfig[] {
  const entities: EntityConfig[] = [];
  const written = text
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  for (const [index, part] of written.entries()) {
    if (entities.length >= ENTITY_COUNT_MAX) {
      warn(`has more than ${ENTITY_COUNT_MAX} entities; the others are skipped`);
      break;
    }
    const entity = parseEntity(part, index + 1, warn);
    if (entity !== undefined) entities.push(entity);
  }
  return entities;
}

function parseEntity(text: string, number: number, warn: Warn): EntityConfig | undefined {
  const match = ENTITY.exec(text);
  if (match === null) {
    warn(
      `has an entity, number ${number}, that is not written as type{key=value}[key=value]@schema; it is skipped`,
    );
    return undefined;
  }
  const [, type, idText, descriptionText = '', schemaText = ''] = match;
  const name = `the entity ${quoteText(type)}`;
  const id = parsePairs(idText);
  if (id.bad.length > 0 || Object.keys(id.pairs).length === 0) {
    const problem =
      id.bad.length > 0 ? `an identifying attribute that ${id.bad[0]}` : 'no identifying attribute';
    warn(`has ${problem}, in ${name}; it is skipped`);
    return undefined;
  }
  const description = parsePairs(descriptionText);
  for (const problem of description.bad)
    warn(`has an attribute that ${problem}, in ${name}; the attribute is skipped`);
  for (const key of Object.keys(description.pairs)) {
    if (!Object.hasOwn(id.pairs, key)) continue;
    warn(
      `has the identifying attribute ${quoteText(key)} in the description too, in ${name}; it is skipped there`,
    );
    delete description.pairs[key];
  }
  return {
    type,
    schemaUrl: schemaUrlOf(schemaText.trim(), name, warn),
    id: id.pairs,
    description: description.pairs,
  };
}

function schemaUrlOf(text: string, name: string, warn: Warn): string {
  if (text === '' || (text.length <= URL_LENGTH_MAX && parseUrl(text) !== undefined)) return text;
  warn(`has a schema URL that is none, in ${name}; the URL is ignored`);
  return '';
}

interface Pairs {
  /** Without a prototype: a key may be `constructor`. */
  readonly pairs: Record<string, string>;
  /** What is wrong with those that are left out. */
  readonly bad: string[];
}

function parsePairs(text: string): Pairs {
  const result: Pairs = { pairs: Object.create(null) as Record<string, string>, bad: [] };
  if (text.trim() === '') return result;
  for (const part of text.split(',')) addPair(result, part.trim());
  return result;
}

function addPair({ pairs, bad }: Pairs, part: string): void {
  const equals = part.indexOf('=');
  const key = part.slice(0, Math.max(0, equals)).trim();
  const written = part.slice(equals + 1).trim();
  if (equals < 0 || !KEY.test(key) || key.length > RESOURCE_KEY_LENGTH_MAX) {
    bad.push('is not written as key=value');
    return;
  }
  const value = RESERVED.test(written) ? undefined : percentDecode(written);
  if (value === undefined || value.length > RESOURCE_VALUE_LENGTH_MAX) {
    bad.push(
      `has no value as it has to be (percent-encoded, at most ${RESOURCE_VALUE_LENGTH_MAX} characters)`,
    );
    return;
  }
  pairs[key] = value;
}

function percentDecode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
