#!/usr/bin/env node
// The command `offloop`. Everything is in src/cli; this file only refuses a Node.js that cannot run it.

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 15)) {
  console.error(`offloop needs Node.js 22.15 or later, this is ${process.versions.node}.`);
  process.exitCode = 1;
} else {
  const { main } = await import('../dist/cli/main.js');
  process.exitCode = await main(process.argv.slice(2));
}
