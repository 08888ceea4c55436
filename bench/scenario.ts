// What a scenario is given and gives back. Implementations: scenarios/*.ts; called by run.ts.

import type { RatioRule, SampleTable } from './result.ts';
import type { Sink } from './sink-client.ts';
import type { SubjectName } from './subjects/subject.ts';

export interface ScenarioContext {
  readonly sink: Sink;
  readonly quick: boolean;
  readonly rounds: number;
  /** Whether a subject takes part (`--subjects`). */
  readonly has: (subject: SubjectName) => boolean;
  readonly progress: (text: string) => void;
  readonly table: SampleTable;
}

export interface Scenario {
  /** Rounds of a whole run. */
  readonly rounds: number;
  /** Rounds of `--quick`, fewer if they do not fit into its minute; default 1. */
  readonly quickRounds?: number;
  /** Measures one round: every subject once, in turn. */
  readonly round: (context: ScenarioContext, round: number) => Promise<void>;
  readonly ratios: readonly RatioRule[];
}
