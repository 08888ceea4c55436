// One lane with everything real: memory from main, system clock, encoder, compressor, transport. Thread: worker, or
// the calling thread without workers. Callers: entry.ts, inline.ts.
//
// Loading the transport takes a turn of the event loop (only the one in use is loaded), so calls that come before
// wait for the pipeline; their order is kept.

import type {
  LaneStart,
  LargeSent,
  MainControl,
  ProducerChannel,
  RecordRange,
  WorkerControl,
} from '../shared/control.js';
import { LaneCounter } from '../shared/counters.js';
import { Diagnostics } from './diagnostics.js';
import { BodyPool } from './encode/body-pool.js';
import { Compressor } from './encode/compressor.js';
import { createEncoders, type Encoders } from './encoder-factory.js';
import { LaneWords } from './lane-words.js';
import { Pipeline } from './pipeline.js';
import type { PoolListener } from './pool-listener.js';
import { createProducer } from './producer-channel.js';
import { PumpLoop } from './pump-loop.js';
import { deferTurn, systemClock, systemScheduler } from './system.js';
import { createTransport } from './transport/create-transport.js';
import type { Scheduler, Transport } from './transport/transport.js';
import { WaitStrategy } from './wait-strategy.js';

interface Running {
  readonly transport: Transport;
  readonly pipeline: Pipeline;
  readonly loop: PumpLoop;
  readonly encoders: Encoders;
}

export class Lane implements WorkerControl {
  readonly diagnostics: Diagnostics;
  readonly #running: Promise<Running>;
  #loop: PumpLoop | undefined;
  #main: MainControl | undefined;

  constructor(start: LaneStart, keepAlive: boolean, listener?: PoolListener) {
    const scheduler = systemScheduler(keepAlive);
    const counters = new Float64Array(start.counters);
    this.diagnostics = new Diagnostics(counters, () => scheduler.now());
    this.#running = run(start, counters, scheduler, this.diagnostics, listener, (id) =>
      this.#main?.producerRetired(id),
    );
    this.#running.then(
      ({ loop }) => {
        this.#loop = loop;
      },
      // `ready` tells it to whoever waits; nobody waiting must not end the thread.
      () => {},
    );
  }

  /** Resolves when records flow; rejects if this lane cannot work. */
  get ready(): Promise<unknown> {
    return this.#running;
  }

  /** What main may be told from now on. */
  connect(main: MainControl): void {
    this.#main = main;
    this.diagnostics.listen((level, message) => main.diagnostic(level, message));
  }

  /** One turn now, if the pipeline runs already. */
  pump(): void {
    this.#loop?.pump();
  }

  async flush(timeoutMillis: number): Promise<boolean> {
    const { pipeline } = await this.#running;
    return pipeline.flush(timeoutMillis);
  }

  async shutdown(timeoutMillis: number): Promise<boolean> {
    const { pipeline } = await this.#running;
    return pipeline.shutdown(timeoutMillis);
  }

  large(producerId: number, record: ArrayBufferLike): void {
    this.#whenRunning((pipeline) => pipeline.large(producerId, record));
  }

  addProducer(producer: ProducerChannel): void {
    this.#whenRunning((pipeline) => pipeline.addProducer(producer));
  }

  retireProducer(producerId: number): void {
    this.#whenRunning((pipeline) => pipeline.retireProducer(producerId));
  }

  resource(resource: Uint8Array): void {
    this.#running.then(
      ({ encoders, pipeline }) => {
        if (!encoders.replaceResource(resource)) {
          this.diagnostics.report('error', 'resource', 'late resource attributes could not be read');
        }
        pipeline.resourceIsComplete();
      },
      () => {},
    );
  }

  async allDelivered(producerId: number, range: RecordRange): Promise<boolean> {
    const { pipeline } = await this.#running;
    return pipeline.allDelivered(producerId, range);
  }

  headers(headers: Readonly<Record<string, string>>): void {
    this.#running.then(
      ({ transport }) => transport.useHeaders?.(headers),
      () => {},
    );
  }

  adoptLarge(sent: readonly LargeSent[]): void {
    this.#whenRunning((pipeline) => pipeline.adoptLarge(sent));
  }

  #whenRunning(call: (pipeline: Pipeline) => void): void {
    this.#running.then(
      ({ pipeline }) => call(pipeline),
      () => {},
    );
  }
}

async function run(
  start: LaneStart,
  counters: Float64Array,
  scheduler: Scheduler,
  diagnostics: Diagnostics,
  listener: PoolListener | undefined,
  onRetired: (producerId: number) => void,
): Promise<Running> {
  const { exporter } = start.config;
  const words = new LaneWords(start.words);
  const compressor = new Compressor(exporter.compression);
  const bodies = new BodyPool();
  const transport = await createTransport(exporter, scheduler, {
    onRetry: (cause) => {
      counters[LaneCounter.Retries]++;
      diagnostics.report('debug', 'retry', cause);
    },
    onWarning: (message) => diagnostics.report('warn', 'exporter', message),
  });
  const encoders = await createEncoders(exporter.protocol, start.resource, bodies);
  // The pipeline asks for its turn as soon as it finds records, which may be in its constructor.
  let wait: WaitStrategy | undefined;
  const pipeline: Pipeline = new Pipeline({
    start,
    words,
    counters,
    scheduler,
    clock: systemClock,
    transport,
    createEncoder: encoders.create,
    createProducer: (channel) => createProducer(channel, start.unixMillisAtMonotonicZero),
    compress: (body) => compressor.compress(body),
    bodies,
    diagnostics,
    ...(listener && { newcomers: () => listener.take() }),
    onRetired,
    onWanted: () => wait?.wake(),
  });
  start.producers.splice(0);
  wait = new WaitStrategy({
    words,
    scheduler,
    defer: deferTurn,
    arm: () => pipeline.arm(),
    disarm: () => pipeline.disarm(),
  });
  if (listener) listener.onNews = () => wait?.wake();
  const loop = new PumpLoop(pipeline, wait, scheduler, diagnostics);
  loop.run();
  return { pipeline, loop, encoders, transport };
}
