// `offloop demo`: runs the example shop under offloop, sends it requests, ends it, and accounts for every span.
// This file is the order of events; each step is a file of its own. Whatever happens, no child stays behind.

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExampleTrace } from '../receiver/receiver-messages.js';
import type { ReceiverCounts } from '../receiver/trace-store.js';
import { drawTrace } from '../trace/trace-text.js';
import { buildTraceTree } from '../trace/trace-tree.js';
import { addUp, findMissing, type ServiceReport } from './accounting.js';
import { type DemoOptions, type DemoTarget, parseDemoOptions, resolveDemoTarget } from './demo-options.js';
import { Load } from './load.js';
import type { ProbeReport } from './probe-report.js';
import { Progress } from './progress.js';
import { ReceiverClient } from './receiver-client.js';
import { drawReport, group } from './report-text.js';
import { missingPackages } from './requirements.js';
import type { ServiceProcess } from './service-process.js';
import { startService } from './shop.js';

const INTERRUPTED_STATUS = 130;

export async function demoCommand(args: string[]): Promise<number> {
  const options = parseDemoOptions(args);
  const missing = missingPackages();
  if (missing.length > 0) {
    console.error(
      `offloop demo: the example shop needs packages that are not installed. Install them with\n`,
    );
    console.error(`  npm install ${missing.join(' ')}`);
    return 1;
  }
  const target = resolveDemoTarget(process.env);
  for (const warning of target.warnings) console.error(`offloop demo: ${warning}`);

  // The first Ctrl-C ends the demo in order; a second one, at once (the children notice and end).
  const interrupt = new AbortController();
  const onSignal = () => interrupt.abort();
  process.once('SIGINT', onSignal);
  process.once('SIGTERM', onSignal);
  try {
    return await new Demo(options, target, interrupt.signal).run();
  } catch (error) {
    if (interrupt.signal.aborted) {
      console.error('\noffloop demo: interrupted');
      return INTERRUPTED_STATUS;
    }
    console.error(`\noffloop demo failed: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  } finally {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  }
}

class Demo {
  readonly #options: DemoOptions;
  readonly #target: DemoTarget;
  readonly #signal: AbortSignal;
  readonly #services: ServiceProcess[] = [];
  #receiver: ReceiverClient | undefined;
  #load: Load | undefined;
  #folder = '';

  constructor(options: DemoOptions, target: DemoTarget, signal: AbortSignal) {
    this.#options = options;
    this.#target = target;
    this.#signal = signal;
  }

  async run(): Promise<number> {
    try {
      const environment = await this.#prepare();
      const shopUrl = await this.#startShop(environment);
      const load = new Load(shopUrl, this.#options.clients);
      this.#load = load;
      const seconds = await this.#sendRequests(load);
      const reports = await this.#endShop();
      this.#signal.throwIfAborted();
      const received = await this.#receiver?.counts();
      return this.#conclude(load, seconds, reports, received, await this.#receiver?.exampleTrace());
    } catch (error) {
      this.#printServiceErrors();
      throw error;
    } finally {
      await this.#cleanUp();
    }
  }

  /** The receiver, a folder for the probes' reports, and the environment of the services. */
  async #prepare(): Promise<NodeJS.ProcessEnv> {
    this.#folder = await mkdtemp(join(tmpdir(), 'offloop-demo-'));
    const { external, protocol, workers } = this.#target;
    const environment = { ...process.env };
    let where = external;
    if (where === undefined) {
      this.#receiver = new ReceiverClient();
      const { httpPort, grpcPort } = await this.#orInterrupt(this.#receiver.ready());
      where = `http://127.0.0.1:${protocol === 'grpc' ? grpcPort : httpPort}`;
      environment.OTEL_EXPORTER_OTLP_ENDPOINT = where;
    }
    const threads =
      workers === 0 ? 'on the main thread' : `with ${workers} export worker${workers === 1 ? '' : 's'}`;
    const whose = external === undefined ? " (the demo's own receiver)" : '';
    console.log(`offloop demo: two express services, ${threads}, ${protocol} to ${where}${whose}`);
    return environment;
  }

  async #startShop(environment: NodeJS.ProcessEnv): Promise<string> {
    const stock = this.#start('stock', 'stock.js', environment);
    const stockUrl = await this.#orInterrupt(stock.address());
    const shop = this.#start('shop', 'server.js', { ...environment, STOCK_URL: stockUrl });
    return this.#orInterrupt(shop.address());
  }

  #start(name: string, script: string, environment: NodeJS.ProcessEnv): ServiceProcess {
    const service = startService({ name, script, environment, reportFile: this.#reportFile(name) });
    // The shop before the stock service that it calls: the order in which they are ended.
    this.#services.unshift(service);
    return service;
  }

  async #sendRequests(load: Load): Promise<number> {
    await load.warmUp(this.#signal);
    for (const service of this.#services) service.measureFromHere();
    const startMillis = performance.now();
    const elapsedSeconds = () => (performance.now() - startMillis) / 1_000;
    const progress = new Progress(process.stdout, async () => {
      const counts = await this.#receiver?.counts();
      const arrived = counts === undefined ? '' : `  ${group(counts.distinctSpans)} spans have arrived`;
      return `  ${elapsedSeconds().toFixed(0)} of ${this.#options.seconds} s  ${group(load.requests)} requests${arrived}`;
    });
    try {
      await load.run(this.#options.seconds * 1_000, this.#signal);
    } finally {
      progress.stop();
    }
    return elapsedSeconds();
  }

  async #endShop(): Promise<ServiceReport[]> {
    const reports: ServiceReport[] = [];
    for (const service of this.#services) {
      await service.end();
      const text = await readFile(this.#reportFile(service.name), 'utf8').catch(() => {
        throw new Error(`the service "${service.name}" ended without the probe's report`);
      });
      reports.push({ ...(JSON.parse(text) as ProbeReport), service: service.name });
    }
    return reports;
  }

  #conclude(
    load: Load,
    seconds: number,
    services: readonly ServiceReport[],
    received: ReceiverCounts | undefined,
    example: ExampleTrace | undefined,
  ): number {
    const totals = addUp(services);
    const { requests, errorAnswers, failureCount: failedRequests } = load;
    console.log(
      `\n${drawReport({ requests, errorAnswers, failedRequests, seconds, totals, services, received })}\n`,
    );
    if (example !== undefined) {
      console.log(`One complete trace\n\n${drawTrace(buildTraceTree(example.traceId, example.spans))}\n`);
    } else if (received === undefined) {
      console.log(`The traces are at ${this.#target.external}\n`);
    }
    this.#printServiceErrors();
    const reasons = findMissing(totals, received);
    if (totals.recorded > 0 && received !== undefined && example === undefined)
      reasons.push('not one complete trace has arrived');
    if (failedRequests > 0) reasons.push(`${failedRequests} requests failed: ${load.failures.join('; ')}`);
    if (reasons.length === 0) {
      console.log(`Every span ${received === undefined ? 'was delivered' : 'has arrived'}.`);
      return 0;
    }
    for (const reason of reasons) console.error(`offloop demo failed: ${reason}`);
    return 1;
  }

  #printServiceErrors(): void {
    for (const service of this.#services) {
      for (const line of service.errorOutput()) console.error(`  [${service.name}] ${line}`);
    }
  }

  #reportFile(service: string): string {
    return join(this.#folder, `${service}.json`);
  }

  /** Waiting for a child that may never be ready must not outlast Ctrl-C. */
  #orInterrupt<T>(promise: Promise<T>): Promise<T> {
    const { promise: interrupted, reject } = Promise.withResolvers<never>();
    const onAbort = () => reject(this.#signal.reason);
    this.#signal.addEventListener('abort', onAbort, { once: true });
    if (this.#signal.aborted) onAbort();
    return Promise.race([promise, interrupted]).finally(() =>
      this.#signal.removeEventListener('abort', onAbort),
    );
  }

  async #cleanUp(): Promise<void> {
    this.#load?.close();
    await Promise.all(this.#services.map((service) => service.kill()));
    await this.#receiver?.close();
    if (this.#folder !== '') await rm(this.#folder, { recursive: true, force: true });
  }
}
