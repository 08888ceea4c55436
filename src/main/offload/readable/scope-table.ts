// Instrumentation scopes of readable spans -> scope ids of the arena. Thread: producer. Caller: readable-span-source.ts,
// one look for every span: nearly always the scope object of the span before, or one that was seen.
//
// Bounded: objects are held weakly, and so many different scopes get an id; later ones share the nameless one.

import type { ScopeFields } from '../../../shared/codec/blobs.js';
import type { Recording } from '../../record/recording.js';
import { scopeFields, scopeKey } from '../../record/scope-fields.js';

const SCOPES_MAX = 1024;

export type DefineScope = (scope: ScopeFields) => number;

export class ScopeTable {
  readonly #recording: Recording;
  readonly #defineScope: DefineScope;
  readonly #byObject = new WeakMap<object, number>();
  readonly #byContent = new Map<string, number>();
  #last: unknown;
  #lastId = 0;

  constructor(recording: Recording, defineScope: DefineScope) {
    this.#recording = recording;
    this.#defineScope = defineScope;
  }

  /** 0: no scope, or one too many. */
  idOf(scope: unknown): number {
    if (scope === this.#last) return this.#lastId;
    if (typeof scope !== 'object' || scope === null) return 0;
    let id = this.#byObject.get(scope);
    if (id === undefined) {
      id = this.#define(scope);
      this.#byObject.set(scope, id);
    }
    this.#last = scope;
    this.#lastId = id;
    return id;
  }

  #define(scope: object): number {
    const { name, version, schemaUrl, attributes } = scope as Record<string, unknown>;
    const fields = scopeFields(name, version, schemaUrl, attributes, this.#recording);
    const key = scopeKey(fields);
    const known = this.#byContent.get(key);
    if (known !== undefined) return known;
    if (this.#byContent.size >= SCOPES_MAX) return 0;
    const id = this.#defineScope(fields);
    if (id !== 0) this.#byContent.set(key, id);
    return id;
  }
}
