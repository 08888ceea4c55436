// Imports a door and tells what that changed in the process.

import { say } from './say.mjs';

const [door] = JSON.parse(process.argv[2]);

/** Node's own, when it loads modules, or opens stderr to see whether it has colours (piscina loads `assert`). */
const NODES_VARIABLES =
  /^(NODE_V8_COVERAGE|WATCH_REPORT_DEPENDENCIES|FORCE_COLOR|NO_COLOR|NODE_DISABLE_COLORS)$/;
const NODES_RESOURCES = /^(PipeWrap|TTYWrap)$/;

const read = new Set();
const realEnvironment = process.env;
process.env = new Proxy(realEnvironment, {
  get(target, name) {
    if (typeof name === 'string') read.add(name);
    return target[name];
  },
  has(target, name) {
    if (typeof name === 'string') read.add(name);
    return name in target;
  },
  ownKeys(target) {
    read.add('*');
    return Reflect.ownKeys(target);
  },
});
const before = {
  globals: new Set(Reflect.ownKeys(globalThis)),
  listeners: countListeners(),
  resources: activeResources().length,
};
await import(door);
say('changes', {
  globals: Reflect.ownKeys(globalThis)
    .filter((key) => !before.globals.has(key))
    .map(String),
  listeners: countListeners() - before.listeners,
  resources: activeResources().slice(before.resources),
  environment: [...read].filter((name) => !NODES_VARIABLES.test(name)),
});

function countListeners() {
  return process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0);
}

function activeResources() {
  return process.getActiveResourcesInfo().filter((kind) => !NODES_RESOURCES.test(kind));
}
