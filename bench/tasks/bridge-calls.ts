// Nanoseconds of a call of an empty function: under `traced`, under a span made by hand with startActiveSpan, disabled by its
// level, and bare. Bursts of the kinds alternate in one process, so that a slow moment of the machine is everybody's.

import { SpanStatusCode, type Tracer } from '@opentelemetry/api';
import { setLevel, traced, withSpan } from 'offloop';
import { median } from '../stats.ts';
import { numberOption, type Task } from './task.ts';

/** Flushed after each. Longer than those of `record`: telemetry is the same on both sides, so no rival's export is in it. */
const BURST = 2000;
/** Of calls that make no span and cost a few nanoseconds. */
const PLAIN_BURST = 50_000;
const WARM_BURSTS = 40;

function empty(n: number): number {
  return n;
}

async function emptyAsync(n: number): Promise<number> {
  return n;
}

/** What is written by hand for the same span: active in the call, ended with it, with its error. */
function byHand(tracer: Tracer): (n: number) => number {
  return (n) =>
    tracer.startActiveSpan('empty', (span) => {
      try {
        return empty(n);
      } catch (error) {
        span.recordException(error as Error);
        span.setStatus({ code: SpanStatusCode.ERROR, message: (error as Error).message });
        throw error;
      } finally {
        span.end();
      }
    });
}

function byHandAsync(tracer: Tracer): (n: number) => Promise<number> {
  return (n) =>
    tracer.startActiveSpan('emptyAsync', async (span) => {
      try {
        return await emptyAsync(n);
      } catch (error) {
        span.recordException(error as Error);
        span.setStatus({ code: SpanStatusCode.ERROR, message: (error as Error).message });
        throw error;
      } finally {
        span.end();
      }
    });
}

type Burst = (calls: number) => void | Promise<void>;

export const run: Task = async (subject, options) => {
  const { tracer } = subject;
  if (tracer === undefined) throw new Error('bridge-calls wants a subject with telemetry');
  const kinds: Record<string, { burst: Burst; spans: boolean }> = {};
  const sync = (name: string, spans: boolean, call: (n: number) => unknown): void => {
    kinds[name] = { burst: loop(name, call), spans };
  };
  const asynchronous = (name: string, call: (n: number) => Promise<unknown>): void => {
    kinds[name] = { burst: loopAsync(name, call), spans: true };
  };
  sync('traced', true, traced(empty));
  sync('by-hand', true, byHand(tracer));
  sync('with-span', true, (n) => withSpan('empty', () => empty(n)));
  asynchronous('traced-async', traced(emptyAsync));
  asynchronous('by-hand-async', byHandAsync(tracer));
  sync('traced-disabled', false, traced(empty, { level: 'debug' }));
  sync('bare', false, empty);
  setLevel('info');
  const samples: Record<string, number[]> = {};
  let offered = 0;
  const bursts = numberOption(options, 'bursts');
  for (let round = -WARM_BURSTS; round < bursts; round++) {
    for (const [name, { burst, spans }] of Object.entries(kinds)) {
      const calls = spans ? BURST : PLAIN_BURST;
      const start = process.hrtime.bigint();
      await burst(calls);
      const nanos = Number(process.hrtime.bigint() - start) / calls;
      if (spans) {
        offered += calls;
        await subject.flush();
      }
      if (round < 0) continue;
      samples[name] ??= [];
      samples[name].push(nanos);
    }
  }
  return {
    metrics: Object.fromEntries(Object.entries(samples).map(([name, values]) => [name, median(values)])),
    offered,
  };
};

function loop(name: string, call: (n: number) => unknown): Burst {
  return compiled(name, 'return (calls) => { for (let n = 0; n < calls; n++) call(n); }', call);
}

function loopAsync(name: string, call: (n: number) => Promise<unknown>): Burst {
  return compiled(name, 'return async (calls) => { for (let n = 0; n < calls; n++) await call(n); }', call);
}

/** A loop for one function: V8 gives functions of one source one compilation, in which none of them would be inlined. */
function compiled(name: string, source: string, call: unknown): Burst {
  return new Function('call', `/* ${name} */ ${source}`)(call);
}
