// process.*: what runs. Thread: main. Callers: detector-registry.ts, users through `offloop/sdk`.
// Specification: semantic conventions, Process.
//
// Not @opentelemetry/resources' detector: it takes the process title for the executable's name, which applications
// change, sends all arguments, which may hold secrets, and does not say when the process was created.

import { userInfo } from 'node:os';
import { basename } from 'node:path';
import { type DetectedResource, type ResourceDetector, SEMCONV_SCHEMA_URL } from './detector.js';

export interface ProcessDetectorOptions {
  /** `process.command_args`, which may hold secrets. Default false. */
  readonly commandArgs?: boolean;
}

export class ProcessDetector implements ResourceDetector {
  readonly #commandArgs: boolean;

  constructor(options: ProcessDetectorOptions = {}) {
    this.#commandArgs = options.commandArgs === true;
  }

  detect(): DetectedResource {
    const { argv, execArgv, execPath, pid, versions } = process;
    return {
      schemaUrl: SEMCONV_SCHEMA_URL,
      attributes: {
        'process.pid': pid,
        'process.creation.time': new Date(performance.timeOrigin).toISOString(),
        'process.executable.name': basename(execPath),
        'process.executable.path': execPath,
        'process.command': argv[1],
        'process.command_args': this.#commandArgs ? [argv[0], ...execArgv, ...argv.slice(1)] : undefined,
        'process.owner': owner(),
        'process.runtime.name': 'nodejs',
        'process.runtime.version': versions.node,
        'process.runtime.description': 'Node.js',
      },
    };
  }
}

export const processDetector: ResourceDetector = new ProcessDetector();

/** Undefined: the user has no entry, as is usual in containers. */
function owner(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    return undefined;
  }
}
