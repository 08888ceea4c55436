// @opentelemetry/core is there twice, for `import` and for `require`, each with an error handler of its own. A CommonJS
// application hears of errors all the same, wherever it has set its handler. (Modules: plug-ins.test.ts.)

import { expect, test } from 'vitest';
import { AppProcess } from './app-process.js';

test.each([
  ['core', 'sdk'],
  ['core', 'start'],
  ['offloop/sdk', 'sdk'],
  ['offloop/sdk', 'start'],
])(
  'A10.6 J6 the handler that a CommonJS application sets in %s gets the errors of %s, once',
  async (where, how) => {
    const app = new AppProcess({
      app: 'error-handler.cjs',
      args: [{ where, how, start: { tracesExporter: 'none' } }],
    });
    expect(await app.said('errors')).toEqual(['broken']);
    expect((await app.ended).code).toBe(0);
  },
);
