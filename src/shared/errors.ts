// What offloop throws, and only at start-up. Thread: any; callers: config/*, limits.ts, layout checks.
// After start nothing is thrown into user code: failures are counted and reported through diag.

export interface OptionErrorDetails {
  /** The option as written in code (`exporter.timeoutMillis`) or the environment variable (`OFFLOOP_WORKERS`). */
  readonly option: string;
  /** The refused value as text, free of secrets. */
  readonly value: string;
  /** What is accepted, in words. */
  readonly range: string;
  /** What to do now. */
  readonly remedy: string;
}

/** A wrong option in code, or a wrong variable which must not be passed over. */
export class OptionError extends RangeError {
  override readonly name = 'OptionError';
  /** `ERR_OFFLOOP_` and the option's name, as in `ERR_OFFLOOP_RING_BYTES`. */
  readonly code: string;
  readonly option: string;
  readonly value: string;
  readonly range: string;
  readonly remedy: string;

  constructor(details: OptionErrorDetails) {
    super(`offloop: ${describeRefusal(details)}`);
    this.code = optionErrorCode(details.option);
    this.option = details.option;
    this.value = details.value;
    this.range = details.range;
    this.remedy = details.remedy;
  }
}

/** One sentence that says what was given, what is accepted and what to do; warnings use it too. */
export function describeRefusal(details: OptionErrorDetails): string {
  return `${details.option} is ${details.value}, but must be ${details.range}. ${details.remedy}`;
}

function optionErrorCode(option: string): string {
  const words = option
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .toUpperCase();
  return `ERR_OFFLOOP_${words.replace(/^OFFLOOP_/, '')}`;
}

/** Two things inside offloop that must agree do not: a defect of offloop, never of its user. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError';
  readonly code = 'ERR_OFFLOOP_INVARIANT';
}

export function assertInvariant(holds: boolean, statement: string): asserts holds {
  if (!holds) throw new InvariantError(`offloop: this must hold and does not: ${statement}`);
}
