// The bench's command line. Called by run.ts.

import { parseArgs } from 'node:util';
import type { SubjectName } from './subjects/subject.ts';

export const SCENARIO_NAMES = [
  'record',
  'pipeline',
  'loop-delay',
  'sustained',
  'startup',
  'growth',
  'http-server',
  'bridge',
  'threads',
] as const;
export type ScenarioName = (typeof SCENARIO_NAMES)[number];

export const SUBJECT_NAMES: readonly SubjectName[] = [
  'idle',
  'otel-js',
  'otel-js-worker',
  'otel-js+offloop',
  'offloop',
];

export interface BenchArguments {
  readonly scenario: ScenarioName;
  readonly jsonFile: string | undefined;
  readonly quick: boolean;
  readonly rounds: number | undefined;
  /** Where children leave CPU profiles. */
  readonly profileFolder: string | undefined;
  readonly subjects: ReadonlySet<SubjectName>;
}

export const USAGE = `usage: npm run bench -- SCENARIO [--json FILE] [--quick] [--rounds N] [--subjects A,B] [--profile FOLDER]
scenarios: ${SCENARIO_NAMES.join(', ')}
subjects: ${SUBJECT_NAMES.join(', ')} (default: all)`;

/** Throws an Error with a text for the user. */
export function parseBenchArguments(words: readonly string[]): BenchArguments {
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: {
      json: { type: 'string' },
      quick: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      subjects: { type: 'string' },
      profile: { type: 'string' },
    },
  });
  const scenario = SCENARIO_NAMES.find((name) => name === positionals[0]);
  if (scenario === undefined || positionals.length !== 1) {
    throw new Error(`one scenario is wanted, not ${JSON.stringify(positionals)}`);
  }
  const rounds = values.rounds === undefined ? undefined : Number(values.rounds);
  if (rounds !== undefined && !(Number.isInteger(rounds) && rounds >= 1 && rounds <= 100)) {
    throw new Error(`--rounds ${values.rounds}: an integer from 1 to 100 is wanted`);
  }
  const subjects = values.subjects === undefined ? SUBJECT_NAMES : values.subjects.split(',').map(toSubject);
  return {
    scenario,
    jsonFile: values.json,
    quick: values.quick,
    rounds,
    profileFolder: values.profile,
    subjects: new Set(subjects),
  };
}

function toSubject(text: string): SubjectName {
  const subject = SUBJECT_NAMES.find((name) => name === text);
  if (subject === undefined)
    throw new Error(`--subjects ${text}: one of ${SUBJECT_NAMES.join(', ')} is wanted`);
  return subject;
}
