// HOT. Which keys in which order: a tree in which each node adds one key, so that the attributes of a span are one
// node and a row of values. Thread: producer. Callers: attribute-set.ts, record/name-table.ts.
//
// Spans of one kind mostly set the same keys in the same order, whatever their names, so there is one tree for all: one
// for each name would be that many more nodes to have in the caches. Each node remembers the child taken last; when the
// next key is that child's (one pointer comparison, the keys being literals), there is no look-up, no search for
// a duplicate and no arena: a path through the tree has unique keys, and their arena ids are known.
//
// Invariant: the tree is bounded. When its budget is spent, new nodes are not linked in: they live as long as the
// span that made them, and cost what an unremembered key costs.

import { stringBytesMax } from '../../../shared/codec/any-value.js';
import { INTERNED_STRING_BYTES_MAX } from '../../../shared/limits.js';

/** Gives the arena id of a key, 0 when it has to travel in line. */
export type InternKey = (key: string) => number;

/** Nodes that one producer's trees may have together, and children of one node. */
const NODES_MAX = 16_384;
const CHILDREN_MAX = 256;

export class ShapeBudget {
  nodes = NODES_MAX;
}

export class AttributeShape {
  readonly key: string;
  readonly id: number;
  /** Keys on the path from the root to here, this one included. */
  readonly count: number;
  /** Record bytes of a key that travels in line, at the most; 0 when it is interned. */
  readonly bytesMax: number;
  readonly parent: AttributeShape | undefined;
  lastChild: AttributeShape | undefined = undefined;
  #children: Map<string, AttributeShape> | undefined = undefined;
  private pathKeys: readonly string[] | undefined = undefined;
  private pathIds: readonly number[] | undefined = undefined;

  constructor(key: string, id: number, parent: AttributeShape | undefined) {
    this.key = key;
    this.id = id;
    this.parent = parent;
    this.bytesMax = id === 0 ? stringBytesMax(key.length) : 0;
    this.count = parent === undefined ? 0 : parent.count + 1;
  }

  static root(): AttributeShape {
    return new AttributeShape('', 0, undefined);
  }

  /** Index of `key` on the path to this node, or -1. */
  indexOf(key: string): number {
    for (let node: AttributeShape = this; node.parent !== undefined; node = node.parent) {
      if (node.key === key) return node.count - 1;
    }
    return -1;
  }

  /** The node for this path and one more key, which must not be on the path yet. */
  child(key: string, intern: InternKey, budget: ShapeBudget): AttributeShape {
    let child = this.#children?.get(key);
    if (child === undefined) {
      child = new AttributeShape(key, intern(key), this);
      const isKept =
        budget.nodes > 0 &&
        (this.#children?.size ?? 0) < CHILDREN_MAX &&
        key.length <= INTERNED_STRING_BYTES_MAX;
      if (!isKept) return child;
      budget.nodes--;
      this.#children ??= new Map();
      this.#children.set(key, child);
    }
    this.lastChild = child;
    return child;
  }

  /** All keys of the path, in order. */
  get keys(): readonly string[] {
    this.pathKeys ??= pathOf(this, (node) => node.key);
    return this.pathKeys;
  }

  /** Their arena ids. */
  get ids(): readonly number[] {
    this.pathIds ??= pathOf(this, (node) => node.id);
    return this.pathIds;
  }
}

/** Upwards in a loop, filling no other node's lists: a path may have 65,536 nodes. */
function pathOf<T>(last: AttributeShape, read: (node: AttributeShape) => T): T[] {
  const values = new Array<T>(last.count);
  for (let node = last; node.parent !== undefined; node = node.parent) values[node.count - 1] = read(node);
  return values;
}
