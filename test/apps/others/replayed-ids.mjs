// Ids that are the same in each run, spread over the whole range as random ones are: samplers by ratio look at them.

import { createHash } from 'node:crypto';

export class ReplayedIds {
  #traces = 0;
  #spans = 0;

  generateTraceId() {
    return digest(`trace ${this.#traces++}`).slice(0, 32);
  }

  generateSpanId() {
    return digest(`span ${this.#spans++}`).slice(0, 16);
  }
}

function digest(text) {
  return createHash('sha256').update(text).digest('hex');
}
