// HOT. A Node stream that stays the object it is, with hooks around the methods it calls on itself. Thread: producer.
// Caller: traced-stream.ts.
//
// No listener is added: one for `data` would make the stream flow, one for `error` would take errors that nobody handles.
// Instead `emit` looks at what the stream tells its consumers, `data` included, which `read()` and `for await` emit too.
// What produces and takes the chunks (`_read`, `_write`, ...) runs in the span's context; what is told to the consumer, and
// the callbacks of writes, run in the context from which the producer was called, as they would without the hooks.
// The hooks reach the stream by `this` only, and go when the span has ended.

import { type Context, context, trace } from '@opentelemetry/api';
import type { OpenedStream, StreamEnd, StreamKind, StreamSpan } from './stream-span.js';

type Method = (this: unknown, ...args: unknown[]) => unknown;

export interface NodeStream {
  emit: Method;
  read?: unknown;
  _write?: unknown;
  _transform?: unknown;
  readonly closed?: boolean;
  readonly destroyed?: boolean;
  readonly errored?: unknown;
  readonly readableEnded?: boolean;
  readonly writableFinished?: boolean;
  readonly readableEncoding?: BufferEncoding | null;
  readonly _readableState?: { readonly emitClose?: boolean };
  readonly _writableState?: { readonly emitClose?: boolean };
}

type Methods = Record<string, unknown>;

/** Undefined: not a Node stream that is read from or written to. */
export function nodeStreamKind(value: object): StreamKind | undefined {
  const { emit, on, read, _write, _transform } = value as Methods;
  if (typeof emit !== 'function' || typeof on !== 'function') return undefined;
  const isReadable = typeof read === 'function';
  const isWritable = typeof _write === 'function';
  if (!isReadable) return isWritable ? 'writable' : undefined;
  if (!isWritable) return 'readable';
  return typeof _transform === 'function' ? 'transform' : 'duplex';
}

export function traceNodeStream(stream: NodeStream, kind: StreamKind, opened: OpenedStream): void {
  const hooks = new NodeStreamHooks(kind, opened);
  if (hooks.finishIfOver(stream)) return;
  opened.life.watch(stream);
  hooks.install(stream);
}

class NodeStreamHooks {
  readonly #life: StreamSpan;
  readonly #context: Context;
  readonly #isWrittenOnly: boolean;
  #mustEnd: boolean;
  #mustFinish: boolean;
  #consumer = context.active();
  /** `_write` of a stream that has only `_writev` calls that one. */
  #isWriting = false;
  /** By method: the hook, and what the stream itself had. */
  readonly #hooked = new Map<string, { hook: Method; own: PropertyDescriptor | undefined }>();

  constructor(kind: StreamKind, opened: OpenedStream) {
    this.#life = opened.life;
    this.#context = opened.context;
    this.#isWrittenOnly = kind === 'writable';
    this.#mustEnd = kind !== 'writable';
    this.#mustFinish = kind !== 'readable';
  }

  /** Of a stream that tells nothing any more. */
  finishIfOver(stream: NodeStream): boolean {
    if (stream.readableEnded) this.#mustEnd = false;
    if (stream.writableFinished) this.#mustFinish = false;
    const tellsNothing = stream.closed || (stream.destroyed && !tellsClose(stream));
    if (!tellsNothing && (this.#mustEnd || this.#mustFinish)) return false;
    if (stream.errored && !isEarlyEnd(stream.errored)) this.#life.fail(stream.errored);
    else this.#life.finish(this.#endNow());
    return true;
  }

  install(stream: NodeStream): void {
    const hooks = this;
    this.#hook(
      stream,
      'emit',
      (emit) =>
        function (this: unknown, ...args: unknown[]): unknown {
          hooks.#told(this as NodeStream, args[0], args[1]);
          return hooks.#inConsumer(hooks.#consumer, emit, this, args);
        },
    );
    this.#hook(stream, '_read', (read) => this.#inProducer(read));
    this.#hook(stream, '_write', (write) => {
      const bound = this.#inProducer(write);
      return function (this: unknown, ...args: unknown[]): unknown {
        hooks.#wrote(args[0], args[1]);
        hooks.#isWriting = true;
        try {
          return Reflect.apply(bound, this, args);
        } finally {
          hooks.#isWriting = false;
        }
      };
    });
    this.#hook(stream, '_writev', (writev) => {
      const bound = this.#inProducer(writev);
      return function (this: unknown, ...args: unknown[]): unknown {
        if (!hooks.#isWriting && Array.isArray(args[0])) {
          for (const { chunk, encoding } of args[0]) hooks.#wrote(chunk, encoding);
        }
        return Reflect.apply(bound, this, args);
      };
    });
    // Transform compares its `_final` with its own, and would flush twice.
    this.#hook(stream, '_transform' in stream ? '_flush' : '_final', (final) => this.#inProducer(final));
    this.#hook(stream, '_destroy', (destroy) => {
      const bound = this.#inProducer(destroy);
      return function (this: unknown, ...args: unknown[]): unknown {
        const result = Reflect.apply(bound, this, args);
        // Nothing will tell the end of this one, unless an error does.
        if (!tellsClose(this as NodeStream) && !args[0]) hooks.#finish(this as NodeStream, hooks.#endNow());
        return result;
      };
    });
  }

  #hook(stream: NodeStream, name: string, around: (method: Method) => Method): void {
    const method = (stream as unknown as Methods)[name];
    if (typeof method !== 'function') return;
    const own = Object.getOwnPropertyDescriptor(stream, name);
    const hook = around(method as Method);
    this.#hooked.set(name, { hook, own });
    Object.defineProperty(stream, name, {
      configurable: true,
      enumerable: own?.enumerable ?? false,
      writable: true,
      value: hook,
    });
  }

  /** Before the consumers hear of it: at the end of the stream they find the span ended. */
  #told(stream: NodeStream, event: unknown, detail: unknown): void {
    if (event === 'data') {
      if (!this.#isWrittenOnly) this.#life.item(detail, stream.readableEncoding ?? undefined);
    } else if (event === 'end') {
      this.#mustEnd = false;
      if (!this.#mustFinish) this.#finish(stream, 'completed');
    } else if (event === 'finish') {
      this.#mustFinish = false;
      if (!this.#mustEnd) this.#finish(stream, 'completed');
    } else if (event === 'error') {
      if (isEarlyEnd(detail)) this.#life.finish('destroyed');
      else this.#life.fail(detail);
      this.#remove(stream);
    } else if (event === 'close') {
      this.#finish(stream, this.#endNow());
    }
  }

  #wrote(chunk: unknown, encoding: unknown): void {
    if (this.#isWrittenOnly) this.#life.item(chunk, encoding as BufferEncoding);
    else this.#life.written(chunk, encoding as BufferEncoding);
  }

  #endNow(): StreamEnd {
    return this.#mustEnd || this.#mustFinish ? 'destroyed' : 'completed';
  }

  #finish(stream: NodeStream, end: StreamEnd): void {
    this.#life.finish(end);
    this.#remove(stream);
  }

  /** A hook that somebody else has wrapped stays, and hands on. */
  #remove(stream: NodeStream): void {
    for (const [name, { hook, own }] of this.#hooked) {
      if ((stream as unknown as Methods)[name] !== hook) continue;
      if (own === undefined) delete (stream as unknown as Methods)[name];
      else Object.defineProperty(stream, name, own);
    }
    this.#hooked.clear();
  }

  /** The method in the span's context, its callback (always the last argument) in the one of its caller. */
  #inProducer(method: Method): Method {
    const hooks = this;
    const bound = context.bind(this.#context, method);
    return function (this: unknown, ...args: unknown[]): unknown {
      if (hooks.#life.isOver) return Reflect.apply(method, this, args);
      const active = context.active();
      if (!hooks.#isOurs(active)) hooks.#consumer = active;
      const last = args.length - 1;
      const callback = args[last];
      if (typeof callback === 'function') {
        const caller = hooks.#consumer;
        args[last] = function (this: unknown, ...results: unknown[]): unknown {
          return hooks.#inConsumer(caller, callback as Method, this, results);
        };
      }
      return Reflect.apply(bound, this, args);
    };
  }

  #inConsumer(consumer: Context, method: Method, thisArg: unknown, args: unknown[]): unknown {
    if (!this.#isOurs(context.active())) return Reflect.apply(method, thisArg, args);
    return context.with(consumer, method as (...args: unknown[]) => unknown, thisArg, ...args);
  }

  #isOurs(active: Context): boolean {
    return trace.getSpan(active) === this.#life.span;
  }
}

function tellsClose(stream: NodeStream): boolean {
  const emitClose = stream._readableState?.emitClose ?? stream._writableState?.emitClose;
  return emitClose !== false;
}

/** What Node destroys a stream with whose consumer has left its loop. With a cause it is that of an AbortSignal, an error. */
function isEarlyEnd(error: unknown): boolean {
  return (
    error instanceof Error && (error as NodeJS.ErrnoException).code === 'ABORT_ERR' && !('cause' in error)
  );
}
