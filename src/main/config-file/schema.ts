// Checks a tree against a table and makes plain values of it. Thread: main, at start. Callers: parse.ts; the table is
// schema-table.ts.
//
// What is missing in the file is missing in the value (undefined); what is there without a value is null. Null is accepted
// where the official schema accepts it.

import { quoteText } from '../../shared/config/quote.js';
import { ConfigFileError, type Place, type Problem } from './config-file-error.js';
import type { Component, ComponentType } from './model.js';
import type { MapNode, ScalarNode, TreeNode } from './yaml/yaml-tree.js';

export interface ScalarSchema {
  readonly kind: 'scalar';
  readonly type: 'string' | 'boolean' | 'integer' | 'number';
  readonly nullable?: boolean;
  readonly min?: number;
  readonly max?: number;
  readonly choices?: readonly string[];
}

export interface ObjectSchema {
  readonly kind: 'object';
  readonly properties: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly nullable?: boolean;
}

export interface ListSchema {
  readonly kind: 'list';
  readonly items: Schema;
}

/** A map of one name: which one of several. Names that are not among the known ones are plug-ins of somebody else. */
export interface ComponentSchema {
  readonly kind: 'component';
  readonly type: ComponentType;
  /** A function, because samplers contain samplers. */
  readonly known: () => Readonly<Record<string, Schema>>;
}

/** In the official schema, but not in offloop. */
export interface LaterSchema {
  readonly kind: 'later';
  readonly remedy: string;
}

export interface AnySchema {
  readonly kind: 'any';
}

export type Schema = ScalarSchema | ObjectSchema | ListSchema | ComponentSchema | LaterSchema | AnySchema;

export function checked(node: TreeNode, schema: Schema): unknown {
  switch (schema.kind) {
    case 'scalar':
      return scalar(node, schema);
    case 'object':
      return object(node, schema);
    case 'list':
      return list(node, schema);
    case 'component':
      return component(node, schema);
    case 'later':
      return refuse(node.place, {
        value: 'there',
        range: 'left out, as offloop does not have it yet',
        remedy: schema.remedy,
      });
    case 'any':
      return plain(node);
  }
}

export function refuse(place: Place, problem: Problem): never {
  throw new ConfigFileError(place, problem);
}

function scalar(node: TreeNode, schema: ScalarSchema): unknown {
  if (node.kind === 'scalar') {
    const { value } = node;
    if (value === null && schema.nullable === true) return null;
    if (fits(value, schema)) return value;
  }
  const remedy =
    schema.type === 'string' && node.kind === 'scalar' && node.value !== null && schema.choices === undefined
      ? 'Write it in quotes.'
      : schema.nullable === true
        ? 'Correct it, or leave it out for the default.'
        : 'Correct it.';
  return refuse(node.place, { value: shown(node), range: rangeOf(schema), remedy });
}

function fits(value: ScalarNode['value'], schema: ScalarSchema): boolean {
  switch (schema.type) {
    case 'string':
      return typeof value === 'string' && (schema.choices === undefined || schema.choices.includes(value));
    case 'boolean':
      return typeof value === 'boolean';
    case 'integer':
    case 'number': {
      if (typeof value !== 'number' || !Number.isFinite(value)) return false;
      if (schema.type === 'integer' && !Number.isSafeInteger(value)) return false;
      return value >= (schema.min ?? -Infinity) && value <= (schema.max ?? Infinity);
    }
  }
}

function rangeOf({ type, choices, min, max }: ScalarSchema): string {
  if (choices !== undefined) return `one of ${choices.join(', ')}`;
  if (type === 'string') return 'a string';
  if (type === 'boolean') return 'true or false';
  const bounds = [...(min === undefined ? [] : [`from ${min}`]), ...(max === undefined ? [] : [`to ${max}`])];
  return [type === 'integer' ? 'a whole number' : 'a number', ...bounds].join(' ');
}

function object(node: TreeNode, schema: ObjectSchema): unknown {
  if (node.kind === 'scalar' && node.value === null && schema.nullable === true) return null;
  const names = Object.keys(schema.properties).join(', ');
  const range = names === '' ? 'a map without names' : `a map with the names ${names}`;
  if (node.kind !== 'map') return refuse(node.place, { value: shown(node), range, remedy: 'Correct it.' });
  for (const name of schema.required ?? []) {
    if (node.entries.has(name)) continue;
    refuse(node.place, {
      value: `a map without ${name}`,
      range: `a map with ${name}`,
      remedy: `Add ${name}.`,
    });
  }
  const value: Record<string, unknown> = {};
  for (const [name, child] of node.entries) {
    if (!Object.hasOwn(schema.properties, name)) {
      const allowed = names === '' ? 'left out' : `one of ${names}`;
      refuse(child.place, {
        value: 'a name that nobody knows here',
        range: allowed,
        remedy: 'Correct or remove it.',
      });
    }
    value[name] = checked(child, schema.properties[name]);
  }
  return value;
}

function list(node: TreeNode, schema: ListSchema): unknown {
  if (node.kind !== 'list' || node.items.length === 0) {
    const value = node.kind === 'list' ? 'an empty list' : shown(node);
    refuse(node.place, {
      value,
      range: 'a list of at least one item',
      remedy: 'Add an item, or leave it out.',
    });
  }
  return (node as { items: readonly TreeNode[] }).items.map((item) => checked(item, schema.items));
}

function component(node: TreeNode, schema: ComponentSchema): Component {
  const known = schema.known();
  const range = `a map of one name, such as ${Object.keys(known).join(', ')}`;
  if (node.kind !== 'map' || node.entries.size !== 1) {
    const value = node.kind === 'map' ? `a map of ${node.entries.size} names` : shown(node);
    const remedy =
      node.kind === 'scalar' && typeof node.value === 'string' ? `Write "${node.value}:".` : 'Correct it.';
    return refuse(node.place, { value, range, remedy });
  }
  const [[name, child]] = (node as MapNode).entries;
  const properties = Object.hasOwn(known, name) ? checked(child, known[name]) : plain(child);
  return { type: schema.type, name, properties, place: child.place };
}

/** As it is in the file, for plug-ins that check for themselves. */
function plain(node: TreeNode): unknown {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map(plain);
  return Object.fromEntries([...node.entries].map(([name, child]) => [name, plain(child)]));
}

function shown(node: TreeNode): string {
  if (node.kind !== 'scalar') return node.kind === 'map' ? 'a map' : 'a list';
  return typeof node.value === 'string' ? quoteText(node.value) : String(node.value);
}
