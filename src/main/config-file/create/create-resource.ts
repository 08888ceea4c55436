// The resource of a configuration file: attributes with types, a list, a schema URL, detectors. Thread: main, at start.
// Caller: create.ts.

import type { Resource } from '@opentelemetry/resources';
import { isBadMember, parseAttributeList } from '../../../shared/config/key-value-list.js';
import type { ResourceDetectorObject } from '../../../shared/config/options.js';
import type { ResourceDetectorName } from '../../../shared/config/resolved-config.js';
import { namedDetectors } from '../../resource/detector-registry.js';
import { detectResources } from '../../resource/sdk-resource.js';
import { matchesWildcard } from '../../sampling/probability/rule-predicate.js';
import type { Place } from '../config-file-error.js';
import type { AttributeModel, Component, ResourceModel } from '../model.js';
import { createPlugIn } from '../plug-ins.js';
import { refuse } from '../schema.js';
import { withMethod } from './create-sampler.js';

export type ResourceValue = string | number | boolean | string[] | number[] | boolean[];

export interface CreatedResource {
  readonly resource: Resource;
  readonly resourceDetectors: (ResourceDetectorName | ResourceDetectorObject)[];
}

export function createResource(
  model: ResourceModel | undefined,
  placeOf: (path: string) => Place,
): CreatedResource {
  const attributes = attributesOf(model, placeOf);
  const detectors = model?.['detection/development']?.detectors ?? [];
  const schemaUrl = model?.schema_url;
  const detected = { attributes: Object.fromEntries(attributes), ...(schemaUrl ? { schemaUrl } : {}) };
  return {
    resource: detectResources({ detectors: [{ detect: () => detected }] }),
    resourceDetectors: detectorsOf(detectors, filterOf(model)),
  };
}

/** Entries of `attributes` beat those of `attributes_list`; one without a value is left out. */
function attributesOf(
  model: ResourceModel | undefined,
  placeOf: (path: string) => Place,
): Map<string, ResourceValue> {
  const attributes = new Map<string, ResourceValue>();
  for (const member of parseAttributeList(model?.attributes_list ?? '')) {
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
  return attributes;
}

type AttributeFilter = (attribute: string) => boolean;

/** Undefined: all attributes of detectors are kept. */
function filterOf(model: ResourceModel | undefined): AttributeFilter | undefined {
  const patterns = model?.['detection/development']?.attributes;
  if (patterns === undefined) return undefined;
  const { included = ['*'], excluded = [] } = patterns;
  return (attribute) =>
    included.some((pattern) => matchesWildcard(attribute, pattern)) &&
    !excluded.some((pattern) => matchesWildcard(attribute, pattern));
}

/** With a filter, objects that run the detector and leave out what is not wanted. */
function detectorsOf(
  components: readonly Component[],
  filter: AttributeFilter | undefined,
): CreatedResource['resourceDetectors'] {
  const names = new Set<string>();
  return components.flatMap((component): CreatedResource['resourceDetectors'] => {
    if (names.has(component.name)) {
      refuse(component.place, {
        value: 'a detector that is there already',
        range: 'each once',
        remedy: 'Remove it.',
      });
    }
    names.add(component.name);
    const name = component.name as ResourceDetectorName;
    const isNamed = DETECTORS.includes(name);
    if (isNamed && filter === undefined) return [name];
    const detectors: ResourceDetectorObject[] = isNamed
      ? namedDetectors([name], false).map(({ detector }) => detector as ResourceDetectorObject)
      : [withMethod<ResourceDetectorObject>(component, createPlugIn(component, DETECTORS), 'detect')];
    return filter === undefined ? detectors : detectors.map((detector) => filtered(detector, filter));
  });
}

const DETECTORS: readonly ResourceDetectorName[] = ['service', 'host', 'process', 'container'];

function filtered(detector: ResourceDetectorObject, filter: AttributeFilter): ResourceDetectorObject {
  return {
    detect(config) {
      const detected = detector.detect(config);
      const kept = Object.entries(detected.attributes ?? {}).filter(([key]) => filter(key));
      return { ...detected, attributes: Object.fromEntries(kept) };
    },
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
