import { describe, expect, test } from 'vitest';
import { AttributeShape, ShapeBudget } from '../../../src/main/trace/attributes/attribute-shape.js';
import { plainAttributes, RecordingRig } from '../../support/recording-rig.js';

const intern = (key: string) => key.length;

describe('shape', () => {
  test('a path has its keys and ids in order, and finds them', () => {
    const budget = new ShapeBudget();
    const root = AttributeShape.root();
    const path = root.child('a', intern, budget).child('bb', intern, budget);
    expect(path.keys).toEqual(['a', 'bb']);
    expect(path.ids).toEqual([1, 2]);
    expect([path.indexOf('a'), path.indexOf('bb'), path.indexOf('c'), root.indexOf('')]).toEqual([
      0, 1, -1, -1,
    ]);
    expect(root.child('a', intern, budget).child('bb', intern, budget)).toBe(path);
    expect(root.lastChild?.lastChild).toBe(path);
  });

  test('the last child in the budget is kept, the first one past it lives with its span', () => {
    const budget = new ShapeBudget();
    budget.nodes = 2;
    const root = AttributeShape.root();
    const kept = ['a', 'b'].map((key) => root.child(key, intern, budget));
    expect(budget.nodes).toBe(0);
    const past = root.child('c', intern, budget);
    expect(past.keys).toEqual(['c']);
    expect(root.child('c', intern, budget)).not.toBe(past);
    expect(['a', 'b'].map((key) => root.child(key, intern, budget))).toEqual(kept);
  });

  test('a node keeps 256 children', () => {
    const budget = new ShapeBudget();
    const root = AttributeShape.root();
    const children = Array.from({ length: 257 }, (_, i) => root.child(`${i}`, intern, budget));
    expect(root.child('255', intern, budget)).toBe(children[255]);
    expect(root.child('256', intern, budget)).not.toBe(children[256]);
  });

  test('a key longer than what is interned is not kept', () => {
    const budget = new ShapeBudget();
    const root = AttributeShape.root();
    const child = (length: number) => root.child('k'.repeat(length), () => 0, budget);
    expect(child(1024)).toBe(child(1024));
    expect(child(1025)).not.toBe(child(1025));
  });

  test('a path of 65,536 keys has its lists, and none of its nodes has another', () => {
    const budget = new ShapeBudget();
    let node = AttributeShape.root();
    for (let i = 0; i < 65_536; i++) node = node.child(`${i}`, intern, budget);
    expect(node.keys).toHaveLength(65_536);
    expect(node.keys[65_535]).toBe('65535');
    expect(node.ids[0]).toBe(1);
  });
});

test('an application that makes up keys and names for ever is recorded in bounded memory', () => {
  const rig = new RecordingRig();
  const tracer = rig.tracer;
  for (let round = 0; round < 100; round++) {
    for (let i = 0; i < 300; i++) {
      const id = `${round}-${i}`;
      tracer.startSpan(`name ${id}`, { attributes: { [`key ${id}`]: id, last: i } }).end();
    }
    for (const [i, span] of rig.take().entries()) {
      const id = `${round}-${i}`;
      expect(span.name).toBe(`name ${id}`);
      expect(plainAttributes(span)).toEqual({ [`key ${id}`]: id, last: i });
    }
  }
  expect(rig.stats).toMatchObject({ recorded: 30_000, droppedTotal: 0 });
});
