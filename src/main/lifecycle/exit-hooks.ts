// The ways a process ends, and the last flush on each. Thread: main. Caller: export-lanes.ts. See docs/lifecycle.md.
//
//   natural end, process.exit(), uncaught error, unhandled rejection: Node emits 'exit', where the flush blocks
//   SIGTERM, SIGINT, SIGHUP without a handler of the application: Node would die at once, without 'exit'; we
//   flush and then raise the signal again, so that the status stays 128 + n. Only here can what needs the loop
//   (processors of the application, pipelines without workers) be waited for; a second signal ends the wait
//   the same signals with a handler of the application: its own affair; the 'exit' that follows flushes
//   the same signals with the polite listener of signal-exit only: as without one
//   natural end without workers: 'beforeExit', where sockets still get their turn
//
// The exit code is never touched, and no listener is added that would change what an uncaught error does. There is one
// set of listeners however many pipelines there are: to each of them, listeners of the others would look like the
// application's own.

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

export interface ExitActions {
  /**
   * Asks for the last flush; what it returns blocks until that is done, for a bounded time from `startMillis`
   * (performance.now) on. All pipelines are asked before the first is waited for.
   */
  flush(): (startMillis: number) => void;
  /**
   * Starts an asynchronous flush, which keeps the loop alive and takes a bounded time; called until it yields undefined,
   * or false. Never rejects.
   */
  beforeExit(): Promise<boolean> | undefined;
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

const installed = new Set<ExitActions>();
/** Whose asynchronous flush failed: it is not repeated, the process would never end. */
const givenUp = new WeakSet<ExitActions>();

export function installExitHooks(actions: ExitActions): ExitHooks {
  if (installed.size === 0) listen();
  installed.add(actions);
  return {
    remove() {
      if (installed.delete(actions) && installed.size === 0) unlisten();
    },
  };
}

/** A signal came, and asynchronous flushes are under way. */
let isEnding = false;

function listen(): void {
  process.on('exit', onExit);
  process.on('beforeExit', onBeforeExit);
  for (const signal of SIGNALS) process.on(signal, onSignal);
}

function unlisten(): void {
  process.removeListener('exit', onExit);
  process.removeListener('beforeExit', onBeforeExit);
  for (const signal of SIGNALS) process.removeListener(signal, onSignal);
}

function onExit(): void {
  flushAll(performance.now());
}

function flushAll(startMillis: number): void {
  const waits: ((startMillis: number) => void)[] = [];
  // The process is ending: nobody is left to tell of an error, and the exit code is not ours to change.
  for (const actions of installed) {
    try {
      waits.push(actions.flush());
    } catch {}
  }
  for (const wait of waits) {
    try {
      wait(startMillis);
    } catch {}
  }
}

function onSignal(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) - 1 > politeListeners()) return;
  const startMillis = performance.now();
  const flushes = isEnding ? [] : startFlushes();
  if (flushes.length === 0) {
    endBy(signal, startMillis);
    return;
  }
  isEnding = true;
  void Promise.allSettled(flushes).then(() => endBy(signal, startMillis));
}

function endBy(signal: NodeJS.Signals, startMillis: number): void {
  isEnding = false;
  flushAll(startMillis);
  process.removeListener(signal, onSignal);
  process.kill(process.pid, signal);
}

/** Node emits this again when the flushes are done. */
function onBeforeExit(): void {
  startFlushes();
}

function startFlushes(): Promise<void>[] {
  const flushes: Promise<void>[] = [];
  for (const actions of installed) {
    if (givenUp.has(actions)) continue;
    const flush = actions.beforeExit()?.then((complete) => {
      if (!complete) givenUp.add(actions);
    });
    if (flush !== undefined) flushes.push(flush);
  }
  return flushes;
}
