// What the tracers of one provider share. Callers: tracer.ts reads it for each span; provider-parts.ts makes it.

import type { Resource } from '@opentelemetry/resources';
import type { SpanLimits } from '../../shared/config/resolved-config.js';
import type { CheckedIds } from '../plug-ins/checked-ids.js';
import type { CheckedSampler } from '../plug-ins/checked-sampler.js';
import type { MultiSpanProcessor } from '../plug-ins/multi-span-processor.js';
import type { ScopeSwitch } from '../plug-ins/scope-switch.js';
import type { WordSampler } from '../trace/sampler.js';
import type { InputProblems } from './input-problems.js';
import type { TracerMetrics } from './tracer-metrics.js';
import type { SpanTimeSource } from './types.js';

export interface SdkTracerParts {
  readonly resource: Resource;
  /** Either a sampler that is asked, or one that decides on words. */
  readonly sampler: CheckedSampler | undefined;
  readonly words: WordSampler | undefined;
  readonly ids: CheckedIds;
  readonly limits: SpanLimits;
  readonly processor: MultiSpanProcessor;
  readonly problems: InputProblems;
  readonly scopes: ScopeSwitch;
  readonly timeSource: SpanTimeSource | undefined;
  readonly metrics: TracerMetrics | undefined;
  /** Roots get the W3C random flag. */
  readonly randomFlag: boolean;
  /** After shutdown tracers make spans that record nothing. */
  readonly isShutdown: boolean;
}
