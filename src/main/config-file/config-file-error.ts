// What is wrong in a configuration file, and where. Thread: main, at start. Callers: the other files of this folder.

import { OptionError } from '../../shared/errors.js';

export interface Place {
  /** As OTEL_CONFIG_FILE has it. */
  readonly file: string;
  /** From 1; 0 if the file as a whole is meant. */
  readonly line: number;
  /** `tracer_provider.processors[0].batch`; empty if the file as a whole is meant. */
  readonly path: string;
}

export interface Problem {
  /** Free of secrets. */
  readonly value: string;
  readonly range: string;
  readonly remedy: string;
}

/** Reads `offloop: otel.yaml, line 7: tracer_provider.limits.event_count_limit is -1, but must be ... . Remedy.` */
export class ConfigFileError extends OptionError {
  override readonly code = 'ERR_OFFLOOP_CONFIG_FILE';
  readonly file: string;
  readonly line: number;
  readonly path: string;

  constructor(place: Place, problem: Problem) {
    const { file, line, path } = place;
    // One by one: an OptionError has a name of its own for what is wrong.
    const { value, range, remedy } = problem;
    super({
      option: `${file}${line > 0 ? `, line ${line}` : ''}${path === '' ? '' : `: ${path}`}`,
      value,
      range,
      remedy,
    });
    this.file = file;
    this.line = line;
    this.path = path;
  }
}
