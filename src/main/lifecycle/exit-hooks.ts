// The ways a process ends, and the last flush on each. Thread: main. Caller: runtime.ts. See docs/lifecycle.md.
//
//   natural end, process.exit(), uncaught error, unhandled rejection: Node emits 'exit', where the flush blocks
//   SIGTERM, SIGINT, SIGHUP without a handler of the application: Node would die at once, without 'exit'; we
//   flush and then raise the signal again, so that the status stays 128 + n
//   the same signals with a handler of the application: its own affair; the 'exit' that follows flushes
//   the same signals with the polite listener of signal-exit only: as without one
//   natural end without workers: 'beforeExit', where sockets still get their turn
//
// The exit code is never touched, and no listener is added that would change what an uncaught error does.

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

export interface ExitActions {
  /** Blocks, for a bounded time. */
  flush(): void;
  /** Starts an asynchronous flush, which keeps the loop alive; called until it yields undefined, or false. */
  beforeExit: (() => Promise<boolean> | undefined) | undefined;
}

export interface ExitHooks {
  remove(): void;
}

/**
 * Listeners of the package signal-exit, which many command-line libraries load: they act only when they are alone, as
 * ours does. Each side would leave the signal to the other one, and the process would live on; so ours goes first.
 */
function politeListeners(): number {
  const globals = globalThis as Record<symbol, { count?: unknown } | undefined>;
  const version4 = globals[Symbol.for('signal-exit emitter')]?.count;
  const version3 = (process as { __signal_exit_emitter__?: { count?: unknown } }).__signal_exit_emitter__
    ?.count;
  return (typeof version4 === 'number' ? version4 : 0) + (typeof version3 === 'number' ? version3 : 0);
}

export function installExitHooks(actions: ExitActions): ExitHooks {
  const onExit = (): void => actions.flush();
  const onSignal = (signal: NodeJS.Signals): void => {
    if (process.listenerCount(signal) - 1 > politeListeners()) return;
    actions.flush();
    process.removeListener(signal, onSignal);
    process.kill(process.pid, signal);
  };
  let flushes = true;
  const onBeforeExit = (): void => {
    // Node emits this again when the flush is done: one that failed is not repeated.
    const flush = flushes ? actions.beforeExit?.() : undefined;
    flush?.then((complete) => {
      flushes = complete;
    });
  };
  process.on('exit', onExit);
  process.on('beforeExit', onBeforeExit);
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return {
    remove() {
      process.removeListener('exit', onExit);
      process.removeListener('beforeExit', onBeforeExit);
      for (const signal of SIGNALS) process.removeListener(signal, onSignal);
    },
  };
}
