// Node's createRequire, where bundlers do not see it: webpack puts a function of its own in the place of one that is imported,
// which finds only what is in the bundle. Thread: any.

export const { createRequire } = process.getBuiltinModule('node:module');
