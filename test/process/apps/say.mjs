// What all applications of this folder use. Writing is synchronous: nothing is lost at the end of the process.

import { writeSync } from 'node:fs';

export function say(name, value = true) {
  writeSync(1, `${JSON.stringify({ [name]: value })}\n`);
}

export function record(tracer, count, options = {}) {
  for (let i = 0; i < count; i++) tracer.startSpan(`span ${i}`, { attributes: { i }, ...options }).end();
}
