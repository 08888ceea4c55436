// The outcome of one export attempt. A value, never an exception: see transport.ts.

export type ExportResult =
  | {
      readonly status: 'success';
      /** Spans which the collector refused (partial success); never retried. */
      readonly rejected: number;
      readonly message?: string;
    }
  | { readonly status: 'retryable'; readonly afterMillis?: number; readonly cause: string }
  | { readonly status: 'failure'; readonly cause: string }
  /** The receiver's size limit: splitting the batch may help. */
  | { readonly status: 'too-large'; readonly cause: string };
