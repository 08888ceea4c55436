// The queue of blocking tasks against a plain model, with random adds, takes and removals.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TaskQueue } from '../../../../src/main/blocking/pool/task-queue.js';

interface Item {
  readonly priority: number;
  readonly number: number;
}

/** Sorting is stable: among equals the first that came is first. */
class Model {
  items: Item[] = [];
  add(item: Item): void {
    this.items = [...this.items, item].sort((a, b) => b.priority - a.priority);
  }
}

test('gives the highest priority first, among equals the first that came, and forgets what is removed', () => {
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.record({ add: fc.integer({ min: -2, max: 2 }) }) },
    { weight: 2, arbitrary: fc.constant('take' as const) },
    { weight: 1, arbitrary: fc.record({ remove: fc.nat() }) },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const queue = new TaskQueue<Item>();
      const model = new Model();
      const taken: Item[] = [];
      for (const [number, taking] of steps.entries()) {
        if (taking === 'take') {
          const item = queue.take();
          expect(item).toBe(model.items.shift());
          if (item !== undefined) taken.push(item);
        } else if ('add' in taking) {
          const item = { priority: taking.add, number };
          queue.add(item);
          model.add(item);
        } else if (model.items.length > 0) {
          const [item] = model.items.splice(taking.remove % model.items.length, 1);
          expect(queue.remove(item)).toBe(true);
          expect(queue.remove(item)).toBe(false);
        }
        for (const item of taken.slice(-1)) expect(queue.remove(item)).toBe(false);
        expect(queue.size).toBe(model.items.length);
      }
    }),
  );
});
