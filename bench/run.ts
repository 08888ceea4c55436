// The bench: npm run bench -- SCENARIO [--json FILE] [--quick]. Installs the rivals, starts the sink, runs the rounds,
// prints tables and writes the JSON.

import { writeFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { type BenchArguments, parseBenchArguments, type ScenarioName, USAGE } from './arguments.ts';
import { profileInto } from './child-process.ts';
import { installRivals } from './install-rivals.ts';
import { reportTable } from './report.ts';
import { buildResult, formErrors, noisyRatios, SampleTable } from './result.ts';
import type { Scenario } from './scenario.ts';
import { Sink } from './sink-client.ts';

/** `--quick` begins no round that would end later; build and installation of the rivals come on top. */
const QUICK_MILLIS_MAX = 50_000;

async function loadScenario(name: ScenarioName): Promise<Scenario> {
  switch (name) {
    case 'record':
      return (await import('./scenarios/record.ts')).scenario;
    case 'pipeline':
      return (await import('./scenarios/pipeline.ts')).scenario;
    case 'loop-delay':
      return (await import('./scenarios/loop-delay.ts')).scenario;
    case 'sustained':
      return (await import('./scenarios/sustained.ts')).scenario;
    case 'startup':
      return (await import('./scenarios/startup.ts')).scenario;
    case 'growth':
      return (await import('./scenarios/growth.ts')).scenario;
    case 'http-server':
      return (await import('./scenarios/http-server.ts')).scenario;
    case 'bridge':
      return (await import('./scenarios/bridge.ts')).scenario;
    case 'threads':
      return (await import('./scenarios/threads.ts')).scenario;
  }
}

function progress(text: string): void {
  process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${text}\n`);
}

async function main(words: readonly string[]): Promise<void> {
  let parsed: BenchArguments;
  try {
    parsed = parseBenchArguments(words);
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
  }
  const { scenario: name, jsonFile, quick, rounds: wantedRounds, subjects, profileFolder } = parsed;
  if (profileFolder !== undefined) profileInto(profileFolder);
  if (process.platform !== 'linux') throw new Error('the bench reads thread times from /proc: Linux only');
  installRivals(name, progress);
  const scenario = await loadScenario(name);
  const roundsMax = wantedRounds ?? (quick ? (scenario.quickRounds ?? 1) : scenario.rounds);
  const table = new SampleTable();
  const sink = await Sink.start();
  const start = performance.now();
  let rounds = 0;
  try {
    while (rounds < roundsMax) {
      await scenario.round(
        {
          sink,
          quick,
          rounds: roundsMax,
          has: (subject) => subjects.has(subject),
          progress: (text) => progress(`${name} ${rounds + 1}/${roundsMax} ${text}`),
          table,
        },
        rounds,
      );
      rounds++;
      const elapsed = performance.now() - start;
      if (quick && elapsed + elapsed / rounds > QUICK_MILLIS_MAX) break;
    }
  } finally {
    await sink.close();
  }
  const result = buildResult(name, rounds, table.rows(), scenario.ratios);
  const errors = formErrors(result);
  if (errors.length > 0) throw new Error(`the result is malformed: ${errors.join('; ')}`);
  if (jsonFile !== undefined) writeFileSync(jsonFile, `${JSON.stringify(result, null, 2)}\n`);
  console.log(reportTable(result));
  const noisy = noisyRatios(result.rows, scenario.ratios);
  if (noisy.length > 0)
    throw new Error(`no ratio, the cost is within the noise (run more rounds): ${noisy.join(', ')}`);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
