// Checklist A6: limits and dropped counts, for both ways of recording.

import { describe, expect, test } from 'vitest';
import { SUBJECTS } from '../../support/checklist-subjects.js';

describe.each(SUBJECTS)('$name', ({ create }) => {
  test('A6.4 past the count limit new keys are refused and counted, and known ones are still overwritten', () => {
    const { provider, takeOne } = create({ spanLimits: { attributeCountLimit: 2 } });
    const span = provider
      .getTracer('test')
      .startSpan('work', { attributes: { a: 1, b: { x: 1, y: 2, z: 3 } } });
    span.setAttribute('c', 3).setAttributes({ a: 10, d: 4 }).end();
    expect(takeOne()).toMatchObject({ attributes: { a: 10, b: { x: 1, y: 2, z: 3 } }, droppedAttributes: 2 });
  });
});
