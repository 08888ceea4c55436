// Shorthands of the tests in this folder.

import { expect } from 'vitest';
import type { StartOptions } from '../../../../src/shared/config/options.js';
import { type Resolution, resolveConfig } from '../../../../src/shared/config/resolve.js';
import { OptionError } from '../../../../src/shared/errors.js';

export function withOptions(options: StartOptions): Resolution {
  return resolveConfig(options, {}, 'strict');
}

export function withEnvironment(environment: Record<string, string | undefined>): Resolution {
  return resolveConfig(undefined, environment, 'lenient');
}

/** Options as an untyped caller writes them. */
export function refusal(options: unknown): OptionError {
  try {
    resolveConfig(options as StartOptions, {}, 'lenient');
  } catch (error) {
    expect(error).toBeInstanceOf(OptionError);
    return error as OptionError;
  }
  throw new Error('nothing was refused');
}

/** The only warning. */
export function onlyWarning(resolution: Resolution): string {
  expect(resolution.warnings).toHaveLength(1);
  return resolution.warnings[0] as string;
}
