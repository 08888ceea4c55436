// Public door `offloop`: start telemetry in code.

import type { StartOptions } from './plug-ins/options.js';
import { INERT, startRuntime, type Telemetry } from './runtime.js';

export type { Level } from '../shared/config/level-directives.js';
export type {
  EntityOptions,
  ExporterOptions,
  SamplerOptions,
  ZipkinOptions,
} from '../shared/config/options.js';
export type { DropReason } from '../shared/counters.js';
export { OptionError } from '../shared/errors.js';
export { type BlockOnOptions, type BlockOnStats, blockOn, blockOnStats } from './block-on/block-on.js';
export {
  BlockingError,
  BlockingQueueFullError,
  BlockingTaskError,
  BlockingThreadError,
  BlockingTimeoutError,
} from './blocking/blocking-errors.js';
export { type BlockingOptions, configureBlocking } from './blocking/blocking-options.js';
export { transferResult } from './blocking/message/task-result.js';
export { type RunBlockingOptions, runBlocking } from './blocking/run-blocking.js';
export { type RunBlockingAllOptions, runBlockingAll } from './blocking/run-blocking-all.js';
export { type BlockingTask, defineTask, type TaskFunction } from './blocking/task.js';
export { type Bindable, bindContext } from './carry/bind-context.js';
export type { ContextCarrier } from './carry/carrier.js';
export { type CarryContextOptions, carryContext, withCarriedContext } from './carry/carry-context.js';
export { type ItemFunction, type TracedAllOptions, tracedAll } from './concurrent/traced-all.js';
export { enabled, setLevel } from './levels/levels.js';
export type { Stats } from './lifecycle/stats.js';
export type { OffloadOptions } from './offload/offload-options.js';
export { OffloadSpanProcessor } from './offload/offload-span-processor.js';
export { PackageFilesError } from './package/installed-package.js';
export type { StartOptions } from './plug-ins/options.js';
export type { Telemetry } from './runtime.js';
export type { StreamCount, TracedStreamOptions } from './streams/stream-options.js';
export {
  type NodeStreamLike,
  tracedStream,
  type WebReadableLike,
  type WebTransformLike,
} from './streams/traced-stream.js';
export { type InstrumentDecorator, instrument } from './traced/instrument.js';
export { traced } from './traced/traced.js';
export type {
  AnyFunction,
  CallOptions,
  ErrorMode,
  InstrumentOptions,
  NamedTracedOptions,
  ResultOf,
  SpanParent,
  TracedOptions,
  WithSpanOptions,
} from './traced/traced-options.js';
export { currentSpan, record, withSpan } from './traced/with-span.js';

/**
 * Starts telemetry: makes the shared memory, starts the export workers, registers tracer provider, context manager and
 * propagators with `@opentelemetry/api`. Synchronous: spans are recorded from the next line on. Idempotent: later calls
 * return the first handle, whatever their options.
 *
 * Options beat environment variables (`OTEL_*`, `OFFLOOP_*`). Throws an {@link OptionError} (code, option, value, range,
 * remedy) for a wrong option or a wrong `OFFLOOP_WORKERS`, and a {@link PackageFilesError} if offloop is bundled into an application
 * that it is not installed beside; any other wrong variable is a warning through `diag`, and
 * its default is used. Nothing throws after start.
 */
export function start(options: StartOptions = {}): Telemetry {
  if (process.env.OFFLOOP_INTERNAL_WORKER === '1') return INERT;
  return startRuntime(options, 'strict');
}
