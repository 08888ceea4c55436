// OTEL_TRACES_EXPORTER=console: the processor that prints each span when it ends. Thread: main. Caller: configure.ts, which loads
// this module only when it is wanted.

import type { SpanProcessor } from '../sdk/types.js';
import { ConsoleSpanExporter } from './exporters/console-span-exporter.js';
import { SimpleSpanProcessor } from './simple-span-processor.js';

export function createConsoleProcessor(): SpanProcessor {
  return new SimpleSpanProcessor({ exporter: new ConsoleSpanExporter() });
}
