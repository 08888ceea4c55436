// Parse: the text of a configuration file becomes a model, checked against the schema, its references replaced. Thread: main,
// at start. Caller: load.ts. Specification: Configuration SDK, "Parse".

import { quoteText } from '../../shared/config/quote.js';
import type { Environment } from '../../shared/config/settings.js';
import type { Place } from './config-file-error.js';
import type { ConfigurationModel, OffloopModel } from './model.js';
import { checked, refuse } from './schema.js';
import { CONFIGURATION, OFFLOOP_DISTRIBUTION } from './schema-table.js';
import { type MapNode, readYaml, type TreeNode } from './yaml/yaml-tree.js';

/** The newest version that the table was made of. */
const MAJOR = 1;
const MINOR = 1;

export interface ParsedFile {
  readonly model: ConfigurationModel;
  readonly warnings: readonly string[];
  /** Where a part of the model is, or the nearest part around it. */
  placeOf(path: string): Place;
}

/** `file` is the name for messages. Throws a ConfigFileError. */
export function parseConfigFile(text: string, file: string, environment: Environment): ParsedFile {
  const root = readYaml(text, file, environment);
  const places = new Map<string, Place>();
  collectPlaces(root, places);
  const model = checked(root, CONFIGURATION) as ConfigurationModel;
  const warnings = checkVersion(model.file_format, places.get('file_format') as Place);
  const offloop = checkDistribution(root);
  return {
    model: { ...model, distribution: offloop === undefined ? {} : { offloop } },
    warnings,
    placeOf: (path) => nearestPlace(path, places, root.place),
  };
}

function checkVersion(version: string, place: Place): string[] {
  const found = /^(\d{1,5})\.(\d{1,5})(-[0-9A-Za-z.-]+)?$/.exec(version);
  if (found === null || Number(found[1]) !== MAJOR) {
    return refuse(place, {
      value: quoteText(version),
      range: `a version ${MAJOR}.x, such as "${MAJOR}.0"`,
      remedy: 'Bring the file to that version; its names have changed.',
    });
  }
  if (found[3] === undefined && Number(found[2]) <= MINOR) return [];
  return [
    `${place.file} has file_format ${quoteText(version)}; offloop knows ${MAJOR}.0 to ${MAJOR}.${MINOR}, and what both have is used.`,
  ];
}

/** Every distribution has a map under its name; only ours is checked. */
function checkDistribution(root: TreeNode): OffloopModel | undefined {
  const distribution = (root as MapNode).entries.get('distribution');
  if (distribution === undefined) return undefined;
  if (distribution.kind !== 'map') {
    return refuse(distribution.place, {
      value: 'no map',
      range: 'a map of distributions',
      remedy: 'Correct or remove it.',
    });
  }
  const offloop = distribution.entries.get('offloop');
  return offloop === undefined ? undefined : ((checked(offloop, OFFLOOP_DISTRIBUTION) ?? {}) as OffloopModel);
}

function collectPlaces(node: TreeNode, places: Map<string, Place>): void {
  places.set(node.place.path, node.place);
  if (node.kind === 'list') for (const item of node.items) collectPlaces(item, places);
  if (node.kind === 'map') for (const child of node.entries.values()) collectPlaces(child, places);
}

function nearestPlace(path: string, places: ReadonlyMap<string, Place>, root: Place): Place {
  for (let known = path; known !== ''; known = known.replace(/(\.[^.]*|\[\d+\]|^[^.[]*)$/, '')) {
    const place = places.get(known);
    if (place !== undefined) return { ...place, path };
  }
  return { ...root, path };
}
