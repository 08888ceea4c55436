// Everything between a recording thread and the collector: rings, lanes, the hosts of their pipelines, the accounts, the
// flush when the process ends. Thread: main. Callers: runtime.ts (one for the process), offload/offload-pipeline.ts
// (one for each independent pipeline).
//
// Recording works from the first moment; the hosts come with `start()`, for which the resource must be known. What is
// recorded before waits in the rings.

import type { ResolvedConfig } from '../../shared/config/resolved-config.js';
import type { LaneStart, LargeSent, ProducerChannel } from '../../shared/control.js';
import { LaneCounter, ProducerCounter } from '../../shared/counters.js';
import { RESOURCE_WAIT_MILLIS } from '../../shared/limits.js';
import type { PoolOffer } from '../../shared/pool/pool-messages.js';
import { MAIN_PRODUCER_ID } from '../../shared/pool/pool-words.js';
import { RecordingThreads } from '../threads/recording-threads.js';
import { causeOf, report } from './diagnostics.js';
import { type ExitHooks, installExitHooks } from './exit-hooks.js';
import { finalAccount } from './final-account.js';
import { awaitFlush, awaitListening, isListening, requestFlush } from './flush-sync.js';
import { type ContextRunner, InlineHost } from './inline-host.js';
import { Lane } from './lane.js';
import type { LaneHost } from './lane-host.js';
import { LOST_HOST } from './lost-host.js';
import { unixMillisAtMonotonicZero } from './process-clock.js';
import { createProducerThread, type ProducerThread } from './producer-thread.js';
import { Mark, type Settlement } from './settlement.js';
import { type Counted, type ProducerAccount, readStats, type Stats, type StatsSources } from './stats.js';
import { prepareStdout } from './stdout-mode.js';
import { WorkerHost, withHeaders } from './worker-host.js';

export interface ExportLanesParts {
  readonly config: ResolvedConfig;
  /** For pipelines on this thread: their sockets must not be traced. */
  readonly contextRunner: ContextRunner;
  /** The encoded resource as it is when the hosts start, and after `resourceSettled`. */
  resource(): Uint8Array;
  /** Resolves when late attributes of the resource have come; undefined if there are none (any more). */
  resourceSettled?(): Promise<void> | undefined;
  /** Puts what waits on this thread into the rings: called before anything asks what is in them. */
  writeWaiting?(): void;
  /** Given: other threads may record into these lanes, and find there what the resource is. */
  offeredResource?(): PoolOffer['resource'];
}

export class ExportLanes {
  /** Resolves when all pipelines run, after `start()`. */
  readonly ready: Promise<void>;
  readonly producer: ProducerThread;
  readonly #parts: ExportLanesParts;
  readonly #lanes: readonly Lane[];
  readonly #exitHooks: ExitHooks;
  /** None before `start()`. */
  readonly #hosts: LaneHost[] = [];
  readonly #started = Promise.withResolvers<void>();
  /** Large records from before `start()`, bounded by LARGE_IN_FLIGHT_BYTES_MAX for each lane. */
  readonly #early: { readonly lane: number; readonly record: ArrayBuffer }[] = [];
  /** Undefined: these lanes are this thread's alone. */
  readonly #threads: RecordingThreads | undefined;
  #workerRestarts = 0;
  #headers: Readonly<Record<string, string>> | undefined;
  /** Lanes whose pipeline runs on this thread. */
  readonly #inline = new Set<number>();
  #shutdown: Promise<boolean> | undefined;
  /** Instead of the lanes' own counters, once it is over: see final-account.ts. */
  #finalAccounts: readonly Counted[] | undefined;

  constructor(parts: ExportLanesParts) {
    this.#parts = parts;
    const { config } = parts;
    this.#lanes = Array.from({ length: Math.max(1, config.workers) }, (_, index) => new Lane(index));
    this.producer = createProducerThread(MAIN_PRODUCER_ID, config, this.#lanes, (lane, record) => {
      if (this.isStarted) this.#hosts[lane].large(MAIN_PRODUCER_ID, record);
      else this.#early.push({ lane, record });
      return true;
    });
    const { offeredResource } = parts;
    if (offeredResource !== undefined) {
      const lanes = { lanes: this.#lanes, hosts: this.#hosts };
      this.#threads = new RecordingThreads({ config, ...lanes, resource: offeredResource });
    }
    this.ready = this.#started.promise;
    this.#exitHooks = installExitHooks({
      flush: () => this.#flushAtExit(),
      // Without workers only the loop can send: it gets its turn before the process ends by itself.
      beforeExit: () => (this.#inline.size > 0 || !this.isStarted ? this.#pendingFlush() : undefined),
    });
  }

  get isStarted(): boolean {
    return this.#hosts.length > 0;
  }

  /** Starts the hosts, once. */
  start(): void {
    if (this.isStarted) return;
    prepareStdout(this.#parts.config.exporter);
    this.#threads?.open();
    for (const lane of this.#lanes) this.#hosts.push(this.#createHost(lane));
    void this.#resourceSettled?.then(() => {
      const resource = this.#parts.resource();
      for (const host of this.#hosts) host.resource(resource);
      this.#threads?.renewOffer();
    });
    for (const { lane, record } of this.#early.splice(0)) this.#hosts[lane].large(MAIN_PRODUCER_ID, record);
    Promise.all(this.#hosts.map((host) => host.ready)).then(() => this.#started.resolve());
  }

  async forceFlush(timeoutMillis = this.#parts.config.exporter.timeoutMillis): Promise<boolean> {
    const deadline = performance.now() + timeoutMillis;
    this.#parts.writeWaiting?.();
    this.start();
    await this.#awaitResource(timeoutMillis);
    const leftMillis = Math.max(0, deadline - performance.now());
    const results = await Promise.all(this.#lanes.map(({ index }) => this.#flushLane(index, leftMillis)));
    return results.every(Boolean);
  }

  /** Marks of all lanes, for `settle`. */
  mark(): Mark[] {
    return this.producer.writers.map((writer) => new Mark(writer));
  }

  /** Sends what was recorded between the marks and their ends, and says what became of it. */
  async settle(marks: readonly Mark[], timeoutMillis: number): Promise<Settlement> {
    const restarts = this.#workerRestarts;
    const deadline = performance.now() + timeoutMillis;
    this.start();
    await this.#awaitResource(timeoutMillis);
    const leftMillis = Math.max(0, deadline - performance.now());
    const settlements = await Promise.all(
      marks.map((mark, lane) =>
        mark.isEmpty ? 'delivered' : this.#settle(lane, mark, restarts, leftMillis),
      ),
    );
    if (settlements.includes('pending')) return 'pending';
    return settlements.includes('dropped') || marks.some((mark) => mark.droppedAtOnce > 0)
      ? 'dropped'
      : 'delivered';
  }

  /** Headers of all requests from now on. */
  useHeaders(headers: Readonly<Record<string, string>>): void {
    this.#headers = headers;
    for (const host of this.#hosts) host.headers(headers);
  }

  flushSync(timeoutMillis = this.#parts.config.exitTimeoutMillis): boolean {
    return this.#requestFlush()(performance.now() + timeoutMillis);
  }

  stats(): Stats {
    this.#threads?.catchUp();
    return readStats(this.sources);
  }

  /** Spans in requests whose answer is not there yet. */
  get spansInFlight(): number {
    const lanes = this.#finalAccounts ?? this.#lanes;
    return lanes.reduce((sum, { counters }) => sum + counters[LaneCounter.SpansInFlight], 0);
  }

  get sources(): StatsSources {
    this.#parts.writeWaiting?.();
    return {
      writers: this.#lanes.flatMap(({ index }) => this.#accountsOf(index)),
      lanes: this.#finalAccounts ?? this.#lanes,
      workers: this.#lanes.length - this.#inline.size,
      workerRestarts: this.#workerRestarts,
      isFinal: this.#finalAccounts !== undefined,
      ...(this.#threads && { threads: this.#threads.counts }),
    };
  }

  /** All that record into the lane, or have done so. */
  #accountsOf(lane: number): readonly ProducerAccount[] {
    return [this.producer.writers[lane], ...(this.#threads?.accountsOf(lane) ?? [])];
  }

  shutdown(timeoutMillis = this.#parts.config.shutdownTimeoutMillis): Promise<boolean> {
    this.#shutdown ??= this.#stop(timeoutMillis);
    return this.#shutdown;
  }

  async #stop(timeoutMillis: number): Promise<boolean> {
    this.#parts.writeWaiting?.();
    this.producer.recording.closed = true;
    this.#threads?.close();
    // Nothing recorded: no thread is started to be stopped.
    if (!this.isStarted && this.stats().pending > 0) this.start();
    const deadline = performance.now() + timeoutMillis;
    if (this.stats().pending > 0) await this.#awaitResource(timeoutMillis);
    const leftMillis = Math.max(0, deadline - performance.now());
    const results = await Promise.all(this.#hosts.map((host) => host.shutdown(leftMillis)));
    await Promise.all(this.#hosts.map((host) => host.close()));
    this.#exitHooks.remove();
    this.#threads?.end();
    // A worker that answers has counted what it gave up; one that is dead or stuck has not.
    return this.#closeAccounts() === 0 && results.every(Boolean);
  }

  async #settle(lane: number, mark: Mark, restarts: number, timeoutMillis: number): Promise<Settlement> {
    await this.#flushLane(lane, timeoutMillis);
    if (!mark.isSettled) return 'pending';
    if (!mark.hasLosses) return 'delivered';
    // What a dead worker knew of its losses went down with it: what may have been lost counts as lost.
    if (restarts !== this.#workerRestarts) return 'dropped';
    return (await this.#hosts[lane].allDelivered(MAIN_PRODUCER_ID, mark.range)) ? 'delivered' : 'dropped';
  }

  /** A worker that is given up meanwhile leaves the flush to this thread. */
  async #flushLane(lane: number, timeoutMillis: number): Promise<boolean> {
    const deadline = performance.now() + timeoutMillis;
    const host = this.#hosts[lane];
    const complete = await host.flush(timeoutMillis);
    if (complete || this.#hosts[lane] === host) return complete;
    return this.#hosts[lane].flush(Math.max(0, deadline - performance.now()));
  }

  get #resourceSettled(): Promise<void> | undefined {
    return this.#parts.resourceSettled?.();
  }

  /**
   * A flush that the caller waits for sends no batch without the attributes that are on their way. Half of its time is
   * for them, so that some is left to send what there is.
   */
  async #awaitResource(timeoutMillis: number): Promise<void> {
    const settled = this.#resourceSettled;
    if (settled === undefined) return;
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(late.resolve, timeoutMillis / 2);
    await Promise.race([settled, late.promise]);
    clearTimeout(timer);
  }

  #createHost(lane: Lane): LaneHost {
    const { config } = this.#parts;
    const start = this.#startOf(lane);
    if (config.workers === 0) return this.#createInlineHost(start);
    try {
      return new WorkerHost(start, {
        largeSent: () => this.#largeSent(lane.index),
        producers: () => this.#channelsOf(lane.index),
        onRetired: (producerId) => this.#threads?.retired(lane.index, producerId),
        onRestart: () => {
          this.#workerRestarts++;
          this.#threads?.laneRestarted(lane.index);
          report('warn', 'worker restart', `export worker ${lane.index} died and was replaced`);
        },
        onGivenUp: () => {
          report(
            'error',
            'worker given up',
            `export worker ${lane.index} keeps dying: exporting on this thread`,
          );
          this.#hosts[lane.index] = this.#lastHost(lane);
          this.#threads?.laneRestarted(lane.index);
        },
      });
    } catch (error) {
      report(
        'error',
        'no worker',
        `no export worker can be started (${causeOf(error)}): exporting on this thread`,
      );
      return this.#createInlineHost(start);
    }
  }

  /** After start nothing is thrown: the caller is an event of a thread. */
  #lastHost(lane: Lane): LaneHost {
    try {
      return this.#createInlineHost(this.#startOf(lane));
    } catch (error) {
      report('error', 'no pipeline', `nor can this thread: ${causeOf(error)}. Spans are dropped and counted`);
      return LOST_HOST;
    }
  }

  #startOf(lane: Lane): LaneStart {
    const { config } = this.#parts;
    const start: LaneStart = {
      lane: lane.index,
      words: lane.memory,
      counters: lane.counters.buffer,
      producers: this.#channelsOf(lane.index),
      config,
      unixMillisAtMonotonicZero: unixMillisAtMonotonicZero(),
      resource: this.#parts.resource(),
      poolChannel: this.#threads?.channelName,
      resourceWaitMillis: this.#resourceSettled === undefined ? 0 : RESOURCE_WAIT_MILLIS,
    };
    return this.#headers === undefined ? start : withHeaders(start, this.#headers);
  }

  #createInlineHost(start: LaneStart): LaneHost {
    this.#inline.add(start.lane);
    return new InlineHost(start, this.#parts.contextRunner, this.#largeSent(start.lane), (producerId) =>
      this.#threads?.retired(start.lane, producerId),
    );
  }

  #channelsOf(lane: number): ProducerChannel[] {
    return [this.producer.channels[lane], ...(this.#threads?.channelsOf(lane) ?? [])];
  }

  #largeSent(lane: number): LargeSent[] {
    const { counters } = this.producer.writers[lane];
    const own = {
      producerId: MAIN_PRODUCER_ID,
      count: counters[ProducerCounter.LargeSent],
      bytes: counters[ProducerCounter.LargeSentBytes],
    };
    return [own, ...(this.#threads?.largeSentTo(lane) ?? [])];
  }

  /** Undefined: nothing is pending. */
  #pendingFlush(): Promise<boolean> | undefined {
    if (this.stats().pending === 0) return undefined;
    return this.forceFlush(this.#parts.config.exitTimeoutMillis);
  }

  /** Blocks until what was pending at the request is settled, or the deadline is over. */
  #requestFlush(): (deadline: number) => boolean {
    if (this.stats().pending === 0) return () => true;
    this.start();
    const threads = this.#lanes.filter((lane) => !this.#inline.has(lane.index));
    const announce = this.#threads?.announce;
    announce?.();
    const deaf = announce === undefined ? [] : threads.filter((lane) => !isListening(lane));
    const tickets = requestFlush(threads);
    return (deadline) => {
      let complete = awaitFlush(threads, tickets, deadline);
      // Their workers are about to start, and this thread's event loop does not turn to tell them who else records.
      if (deaf.length > 0 && awaitListening(deaf, deadline)) {
        announce?.();
        complete = awaitFlush(deaf, requestFlush(deaf), deadline);
      }
      return complete && (this.#inline.size === 0 || this.stats().pending === 0);
    };
  }

  #flushAtExit(): (startMillis: number) => void {
    const awaitFlushed = this.#requestFlush();
    return (startMillis) => {
      awaitFlushed(startMillis + this.#parts.config.exitTimeoutMillis);
      const givenUp = this.#closeAccounts();
      if (givenUp > 0) {
        report('warn', 'exit', `${givenUp} spans were not delivered before the end of the process`);
      }
    };
  }

  /** Counts what is pending as given up, and returns how much that was. Spans that end later are counted as such. */
  #closeAccounts(): number {
    if (this.#finalAccounts !== undefined) return 0;
    this.producer.recording.closed = true;
    this.#threads?.close();
    const before = this.stats().dropped.shutdown_timeout;
    this.#finalAccounts = this.#lanes.map((lane) => finalAccount(this.#accountsOf(lane.index), lane));
    return this.stats().dropped.shutdown_timeout - before;
  }
}
