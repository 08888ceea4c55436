// A YAML file as a tree of nodes that know their line and path. The only file that imports `yaml`. Thread: main, at start.
// Caller: parse.ts.
//
// Bounded: a file of few bytes can stand for billions of nodes by anchors and aliases.

import type { Alias, Document, LineCounter, Node, Pair, Scalar as YamlScalar } from 'yaml';
import type { Environment } from '../../../shared/config/settings.js';
import { requireFromPackage } from '../../package/installed-package.js';
import { ConfigFileError, type Place } from '../config-file-error.js';
import { coreScalar, type Scalar } from './core-scalar.js';
import { substitute } from './substitution.js';

type YamlModule = typeof import('yaml');

const NODES_MAX = 20_000;
const DEPTH_MAX = 64;
const STRING_TAG = 'tag:yaml.org,2002:str';
const CORE_TAGS = /^tag:yaml\.org,2002:(str|int|float|bool|null|map|seq)$/;

export interface ScalarNode {
  readonly kind: 'scalar';
  readonly place: Place;
  readonly value: Scalar;
}
export interface ListNode {
  readonly kind: 'list';
  readonly place: Place;
  readonly items: readonly TreeNode[];
}
export interface MapNode {
  readonly kind: 'map';
  readonly place: Place;
  readonly entries: ReadonlyMap<string, TreeNode>;
}
export type TreeNode = ScalarNode | ListNode | MapNode;

export function readYaml(text: string, file: string, environment: Environment): TreeNode {
  const yaml = requireFromPackage('yaml') as YamlModule;
  const lines = new yaml.LineCounter();
  const document = yaml.parseDocument(text, {
    version: '1.2',
    schema: 'core',
    strict: true,
    uniqueKeys: true,
    prettyErrors: false,
    // With 'silent' a second document would be passed over without a word.
    logLevel: 'error',
    lineCounter: lines,
  });
  const [error] = document.errors;
  if (error !== undefined) {
    throw new ConfigFileError(
      { file, line: lines.linePos(error.pos[0]).line, path: '' },
      { value: `not YAML (${error.message})`, range: 'a YAML 1.2 file', remedy: 'Correct it.' },
    );
  }
  return new TreeBuilder(yaml, document, lines, file, environment).build();
}

class TreeBuilder {
  readonly #yaml: YamlModule;
  readonly #document: Document;
  readonly #lines: LineCounter;
  readonly #file: string;
  readonly #environment: Environment;
  #nodes = 0;

  constructor(
    yaml: YamlModule,
    document: Document,
    lines: LineCounter,
    file: string,
    environment: Environment,
  ) {
    this.#yaml = yaml;
    this.#document = document;
    this.#lines = lines;
    this.#file = file;
    this.#environment = environment;
  }

  build(): TreeNode {
    return this.#node(this.#document.contents as Node | null, '', 1, 0);
  }

  #node(node: Node | null, path: string, parentLine: number, depth: number): TreeNode {
    const place: Place = { file: this.#file, line: this.#lineOf(node, parentLine), path };
    if (++this.#nodes > NODES_MAX || depth > DEPTH_MAX) {
      throw new ConfigFileError(place, {
        value: 'too large or too deep',
        range: `a part of at most ${NODES_MAX} nodes in ${DEPTH_MAX} levels`,
        remedy: 'Look for aliases that repeat each other.',
      });
    }
    const { isAlias, isMap, isSeq, isScalar } = this.#yaml;
    if (node === null) return { kind: 'scalar', place, value: null };
    if (isAlias(node)) return this.#alias(node, path, place, depth);
    this.#checkTag(node, place);
    if (isMap(node)) return { kind: 'map', place, entries: this.#entries(node.items, path, place, depth) };
    if (isSeq(node)) {
      const items = node.items.map((item, index) =>
        this.#node(item as Node | null, `${path}[${index}]`, place.line, depth + 1),
      );
      return { kind: 'list', place, items };
    }
    return { kind: 'scalar', place, value: isScalar(node) ? this.#scalar(node, place) : null };
  }

  #alias(node: Alias, path: string, place: Place, depth: number): TreeNode {
    const target = node.resolve(this.#document);
    if (target === undefined) {
      const remedy = 'Correct its name.';
      throw new ConfigFileError(place, {
        value: 'an alias of nothing',
        range: 'an alias of an anchor',
        remedy,
      });
    }
    return this.#node(target as Node, path, place.line, depth + 1);
  }

  #entries(items: readonly Pair[], path: string, place: Place, depth: number): Map<string, TreeNode> {
    const entries = new Map<string, TreeNode>();
    for (const { key, value } of items) {
      const line = this.#lineOf(key as Node, place.line);
      const name = this.#yaml.isScalar(key) ? key.value : undefined;
      if (typeof name !== 'string') {
        throw new ConfigFileError(
          { file: this.#file, line, path },
          { value: 'a map with a key that is no string', range: 'a map of names', remedy: 'Quote the key.' },
        );
      }
      // A value that spans lines is where its name is.
      const child = this.#node(value as Node | null, path === '' ? name : `${path}.${name}`, line, depth + 1);
      entries.set(name, { ...child, place: { ...child.place, line } });
    }
    return entries;
  }

  #scalar(node: YamlScalar, place: Place): Scalar {
    const plain = node.type === this.#yaml.Scalar.PLAIN && node.tag !== STRING_TAG;
    const written = node.source ?? String(node.value ?? '');
    const { text, changed, badReference } = substitute(written, this.#environment);
    if (badReference !== undefined) {
      throw new ConfigFileError(place, {
        value: `text with ${JSON.stringify(badReference)}`,
        // biome-ignore lint/suspicious/noTemplateCurlyInString: this is how a reference is written
        range: 'text whose references are ${NAME}, ${env:NAME} or ${NAME:-default}',
        remedy: 'Write $$ for a dollar sign.',
      });
    }
    if (!changed) return node.value as Scalar;
    // As though it stood there: white space around a plain scalar is not part of it.
    return plain ? coreScalar(text.trim()) : text;
  }

  #checkTag(node: Node, place: Place): void {
    const tag = node.tag;
    if (tag === undefined || CORE_TAGS.test(tag)) return;
    const remedy = 'Remove the tag.';
    throw new ConfigFileError(place, {
      value: `of the type ${JSON.stringify(tag)}`,
      range: 'of a core type',
      remedy,
    });
  }

  #lineOf(node: Node | null, fallback: number): number {
    const offset = node?.range?.[0];
    return offset === undefined ? fallback : this.#lines.linePos(offset).line;
  }
}
