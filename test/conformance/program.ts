// What a conformance program is: calls of the API in order, with values that every side understands the same way. Spans,
// tracers and remote parents are named by index, so that a program can be run by any SDK.

import type { SpanLimits } from '../../src/shared/config/resolved-config.js';

export const SAMPLER_NAMES = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

export interface ProgramTracer {
  readonly name: string;
  readonly version: string | undefined;
  readonly schemaUrl: string | undefined;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
}

export interface RemoteParent {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceFlags: number;
  readonly traceState: string | undefined;
  readonly isRemote: boolean | undefined;
}

/** Where a span is started; indexes count modulo what there is. */
export type ContextRef =
  | { readonly of: 'active' }
  | { readonly of: 'root' }
  | { readonly of: 'span'; readonly index: number }
  | { readonly of: 'remote'; readonly index: number }
  | { readonly of: 'suppressed'; readonly index: number };

export interface Start {
  readonly tracer: number;
  readonly name: unknown;
  readonly options: unknown;
  readonly context: ContextRef;
}

export type Step =
  | { readonly do: 'start'; readonly start: Start }
  /** startActiveSpan with as many arguments as `form` says. */
  | {
      readonly do: 'active';
      readonly form: 2 | 3 | 4;
      readonly start: Start;
      readonly ends: boolean;
      readonly body: readonly Step[];
    }
  | { readonly do: 'with'; readonly context: ContextRef; readonly body: readonly Step[] }
  | { readonly do: 'call'; readonly span: number; readonly method: string; readonly args: readonly unknown[] }
  /** Time goes on by whole milliseconds: only then has Date.now() what performance.now() has. */
  | { readonly do: 'wait'; readonly millis: number };

export interface Program {
  readonly limits: Partial<SpanLimits>;
  readonly sampler: { readonly name: (typeof SAMPLER_NAMES)[number]; readonly ratio: number };
  readonly randomFlag: boolean;
  readonly tracers: readonly ProgramTracer[];
  readonly remotes: readonly RemoteParent[];
  readonly steps: readonly Step[];
}
