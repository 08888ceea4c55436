// The application's TracerConfigurator: which scopes' tracers record. It may be replaced at any time: tracers that are out
// see another version, and ask anew. Thread: producer. Callers: both providers and their tracers (sdk/, trace/),
// record/template.ts; runtime.ts makes it where spans go straight to the rings.
// Specification: Trace SDK, "TracerConfigurator"; "Configuration".

import type { ScopeFields } from '../../shared/codec/blobs.js';
import { scopeOfFields } from '../record/scope-fields.js';
import type { Scope, TracerConfigurator } from '../sdk/types.js';
import type { PlugInErrors } from './plug-in-errors.js';

const ROLE = 'TracerConfigurator';

export class ScopeSwitch {
  /** Of the configurator: what was decided under another one does not count. */
  version = 0;
  #configurator: TracerConfigurator | undefined;
  readonly #errors: PlugInErrors;

  constructor(configurator: TracerConfigurator | undefined, errors: PlugInErrors) {
    this.#configurator = configurator;
    this.#errors = errors;
  }

  get configurator(): TracerConfigurator | undefined {
    return this.#configurator;
  }

  replace(configurator: TracerConfigurator | undefined): void {
    this.#configurator = configurator;
    this.version++;
  }

  /** A configurator that throws, or makes one wait, leaves the tracer on. */
  isOn(scope: Scope): boolean {
    const configurator = this.#configurator;
    try {
      const config = configurator?.(scope);
      if (config === undefined || config === null) return true;
      if (!this.#errors.watch(ROLE, configurator, 'call', config)) return config.enabled !== false;
      throw new TypeError('it gave a promise, and a tracer cannot wait for it');
    } catch (error) {
      this.#errors.report(ROLE, configurator, 'call', error);
      return true;
    }
  }

  /** For scopes as the arena has them. */
  isFieldsOn(fields: ScopeFields): boolean {
    return this.#configurator === undefined || this.isOn(scopeOfFields(fields));
  }
}
