// Types of the rivals that the package itself does not depend on: `npm run build` checks the bench on machines where
// bench/rivals is not installed. Only what the bench uses.

declare module '@opentelemetry/exporter-trace-otlp-proto' {
  import type { SpanExporter } from '@opentelemetry/sdk-trace';
  export class OTLPTraceExporter implements SpanExporter {
    constructor(options?: { url?: string; compression?: 'none' | 'gzip' });
    export: SpanExporter['export'];
    shutdown(): Promise<void>;
  }
}

declare module '@opentelemetry/exporter-trace-otlp-grpc' {
  import type { SpanExporter } from '@opentelemetry/sdk-trace';
  export class OTLPTraceExporter implements SpanExporter {
    constructor(options?: { url?: string; compression?: 'none' | 'gzip' });
    export: SpanExporter['export'];
    shutdown(): Promise<void>;
  }
}

declare module '@opentelemetry/context-async-hooks' {
  import type { ContextManager } from '@opentelemetry/api';
  export const AsyncLocalStorageContextManager: new () => ContextManager;
}

declare module '@opentelemetry/sdk-node' {
  export class NodeSDK {
    constructor(options: { traceExporter: unknown });
    start(): void;
    shutdown(): Promise<void>;
  }
}

declare module 'synckit' {
  export function createSyncFn<F>(workerFile: string): F;
}
