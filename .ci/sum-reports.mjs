// Sums vitest's JSON reports of a directory into one line. A file that could not even be loaded counts as one failure.
// Ends with status 1 if anything failed or if there is no report.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const directory = process.argv[2];
let passed = 0;
let failed = 0;
const names = readdirSync(directory).filter((name) => name.endsWith('.json'));
for (const name of names) {
  const report = JSON.parse(readFileSync(join(directory, name), 'utf8'));
  passed += report.numPassedTests;
  failed += report.numFailedTests;
  failed += report.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  ).length;
  if (!report.success && report.numFailedTests === 0 && failed === 0) failed += 1;
}
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed > 0 || names.length === 0 ? 1 : 0;
