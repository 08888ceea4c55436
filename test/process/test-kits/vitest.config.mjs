// For the child process of test-kit.test.ts: a project of a user, with the package as it is built.
export default { test: { include: ['vitest-kit.mjs'], maxWorkers: 1 } };
