// The resource of a configuration file: attributes with types, a list, a schema URL, detectors. Thread: main, at start.
// Caller: create.ts.

import { isBadMember, parseKeyValueList } from '../../shared/config/key-value-list.js';
import type { Place } from './config-file-error.js';
import type { AttributeModel, ResourceModel } from './model.js';
import { refuse } from './schema.js';

export type ResourceValue = string | number | boolean | string[] | number[] | boolean[];

export interface CreatedResource {
  readonly attributes: Map<string, ResourceValue>;
  readonly schemaUrl: string | undefined;
  /** Names in the order of the file. */
  readonly detectors: readonly string[];
  /** Which of the detectors' attributes are kept. */
  readonly keeps: (attribute: string) => boolean;
}

/** Entries of `attributes` beat those of `attributes_list`; one without a value is left out. */
export function createResource(
  model: ResourceModel | undefined,
  placeOf: (path: string) => Place,
): CreatedResource {
  const attributes = new Map<string, ResourceValue>();
  for (const member of parseKeyValueList(model?.attributes_list ?? '')) {
    if (isBadMember(member)) {
      refuse(placeOf('resource.attributes_list'), {
        value: `a list in which ${JSON.stringify(member.key)} ${member.problem}`,
        range: 'a list of key=value, percent-encoded',
        remedy: 'Correct this attribute.',
      });
    } else {
      attributes.set(member.key, member.value);
    }
  }
  for (const [index, entry] of (model?.attributes ?? []).entries()) {
    if (entry.value === null) continue;
    attributes.set(entry.name, typed(entry, placeOf(`resource.attributes[${index}].value`)));
  }
  const detection = model?.['detection/development'];
  const included = (detection?.attributes?.included ?? ['*']).map(wildcard);
  const excluded = (detection?.attributes?.excluded ?? []).map(wildcard);
  return {
    attributes,
    schemaUrl: model?.schema_url ?? undefined,
    detectors: (detection?.detectors ?? []).map(({ name }) => name),
    keeps: (attribute) =>
      included.some((pattern) => pattern.test(attribute)) &&
      !excluded.some((pattern) => pattern.test(attribute)),
  };
}

const CHECKS: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  bool: (value) => typeof value === 'boolean',
  int: (value) => Number.isSafeInteger(value),
  double: (value) => typeof value === 'number',
};

function typed({ value, type: given }: AttributeModel, place: Place): ResourceValue {
  const type = given ?? 'string';
  const itemType = type.replace('_array', '');
  const isRight =
    itemType === type
      ? CHECKS[itemType](value)
      : Array.isArray(value) && value.length > 0 && value.every(CHECKS[itemType]);
  if (isRight) return value as ResourceValue;
  return refuse(place, {
    value:
      typeof value === 'string' ? JSON.stringify(value) : Array.isArray(value) ? 'a list' : String(value),
    range: `of its type, ${type}${given === undefined ? ' (the default)' : ''}`,
    remedy: 'Correct the value, or write its type.',
  });
}

/** `?` is one character, `*` any number of them. Specification: schema, IncludeExclude. */
export function wildcard(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's');
}
