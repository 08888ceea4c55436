// `startup`: milliseconds that import and start add on main to an empty program, milliseconds of the whole process,
// resident memory at ready and after a million spans (--quick: the same). `register` is compared with sdk-node,
// `bare` with sdk-trace and an exporter put together by hand. Both sides are loaded by `import`; in the variants with
// `-require` both by `require`, which is faster. The first process of each kind only warms the file cache.

import { runProgram } from '../child-process.ts';
import type { Scenario, ScenarioContext } from '../scenario.ts';
import type { StartupArgument, StartupReport } from '../startup/report.ts';
import type { SubjectName } from '../subjects/subject.ts';
import { runWork } from '../workload.ts';

const PROCESSES_PER_ROUND = 3;
const MEMORY_SPANS = 1_000_000;
const MEGABYTE = 1e6;

interface Program {
  readonly subject: SubjectName;
  readonly variant: 'register' | 'bare';
  readonly file: URL;
}

const EMPTY = new URL('../startup/empty.ts', import.meta.url);
const PROGRAMS: readonly Program[] = [
  {
    subject: 'otel-js',
    variant: 'register',
    file: new URL('../rivals/sdk-node/startup-register.ts', import.meta.url),
  },
  {
    subject: 'offloop',
    variant: 'register',
    file: new URL('../startup/offloop-register.ts', import.meta.url),
  },
  { subject: 'otel-js', variant: 'bare', file: new URL('../rivals/startup-bare.ts', import.meta.url) },
  { subject: 'offloop', variant: 'bare', file: new URL('../startup/offloop-bare.ts', import.meta.url) },
];

interface Run extends StartupReport {
  readonly wallMillis: number;
}

type LoadWay = StartupArgument['load'];
const LOAD_WAYS: readonly LoadWay[] = ['import', 'require'];
const QUICK_LOAD_WAYS: readonly LoadWay[] = ['import'];

function variantName(variant: Program['variant'], load: LoadWay): string {
  return load === 'import' ? variant : `${variant}-${load}`;
}

async function runOnce({ sink }: ScenarioContext, file: URL, load: LoadWay, spans: number): Promise<Run> {
  const argument: StartupArgument = { httpPort: sink.httpPort, load };
  const env = {
    OTEL_SERVICE_NAME: 'bench',
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${sink.httpPort}`,
  };
  const before = await sink.count();
  const { report, wallMillis } = await runProgram<StartupReport>(file, argument, [], env);
  const received = (await sink.count()).spans - before.spans;
  if (received !== spans)
    throw new Error(`${file.pathname}: the sink received ${received} spans, not ${spans}`);
  return { ...report, wallMillis };
}

async function measureStart(context: ScenarioContext): Promise<void> {
  const programs = PROGRAMS.filter(({ subject }) => context.has(subject));
  for (let index = 0; index < PROCESSES_PER_ROUND; index++) {
    const empty = await runOnce(context, EMPTY, 'import', 0);
    for (const load of context.quick ? QUICK_LOAD_WAYS : LOAD_WAYS) {
      for (const { subject, variant, file } of programs) {
        context.progress(`${subject} ${variantName(variant, load)}`);
        const run = await runOnce(context, file, load, 1);
        context.table.add(subject, variantName(variant, load), {
          startMillis: run.startMillis,
          startMainCpuMillis: run.startMainCpuMillis,
          processMillisAdded: run.wallMillis - empty.wallMillis,
          rssAddedReadyMegabytes: (run.readyBytes - empty.readyBytes) / MEGABYTE,
        });
      }
    }
  }
}

async function measureMemory(context: ScenarioContext): Promise<void> {
  const options = { spans: MEMORY_SPANS };
  const measure = async (subject: SubjectName): Promise<Readonly<Record<string, number>>> => {
    context.progress(`${subject} ${MEMORY_SPANS} spans`);
    return (await runWork(context.sink, { task: 'memory', subject, options, lossless: true })).metrics;
  };
  const idle = await measure('idle');
  for (const subject of ['otel-js', 'offloop'] as const) {
    if (!context.has(subject)) continue;
    const metrics = await measure(subject);
    context.table.add(subject, 'bare', {
      rssAddedAfterMegabytes: (metrics.afterBytes - idle.afterBytes) / MEGABYTE,
      rssAddedPeakMegabytes: (metrics.peakBytes - idle.peakBytes) / MEGABYTE,
    });
  }
}

export const scenario: Scenario = {
  rounds: 5,
  round: async (context, round) => {
    if (round === 0) {
      await runOnce(context, EMPTY, 'import', 0);
      for (const { subject, file } of PROGRAMS) {
        if (!context.has(subject)) continue;
        for (const load of context.quick ? QUICK_LOAD_WAYS : LOAD_WAYS) await runOnce(context, file, load, 1);
      }
    }
    await measureStart(context);
    await measureMemory(context);
  },
  ratios: ['register', 'bare', 'register-require', 'bare-require'].flatMap((variant) =>
    ['startMillis', 'startMainCpuMillis'].map((metric) => ({
      key: `${metric}:${variant}`,
      kind: 'cost' as const,
      ours: { subject: 'offloop', variant, metric },
      rival: { subject: 'otel-js', variant, metric },
    })),
  ),
};
