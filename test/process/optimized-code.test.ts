// What V8 has optimized for spans stays so when garbage is collected between two of them.

import { afterEach, beforeEach, expect, test } from 'vitest';
import { AppProcess } from './app-process.js';
import { startOptions } from './app-run.js';
import { OtlpSink } from './otlp-sink.js';

let sink: OtlpSink;
beforeEach(async () => {
  sink = await OtlpSink.start();
});
afterEach(() => sink.close());

/** Functions that make or take spans, as V8 names them. */
const OF_RING_SPANS = ['RecordingSpan', '#start', 'encodeSpan', 'OpenTemplateSpan', 'open', 'begin'];
const OF_SDK_SPANS = [
  'SdkSpan',
  'Lineage',
  'AttributeBag',
  'SpanClock',
  'start',
  '#readContext',
  'encodeSpan',
];

/** Earlier ones do not print why code is discarded. */
const SAYS_WHY = Number(process.versions.node.split('.')[0]) >= 24;

test.skipIf(!SAYS_WHY).each([
  ['of the ring', [], OF_RING_SPANS],
  ['that processors read', ['processors'], OF_SDK_SPANS],
])(
  'full collections with no span open leave the optimized code of spans %s alone',
  async (_which, args, names) => {
    const app = new AppProcess({
      app: 'collected.mjs',
      nodeArgs: ['--expose-gc', '--trace-deopt'],
      args: [startOptions(sink), ...args],
    });
    const { code, stdout } = await app.ended;
    expect(code).toBe(0);
    expect(await app.said('recorded')).toBe(40_000);
    const discarded = new Set<string>();
    for (const line of stdout.split('\n')) {
      if (!line.includes('weak objects cleared')) continue;
      discarded.add(/<SharedFunctionInfo ([^>]+)>/.exec(line)?.[1] ?? line);
    }
    // Else this test could not see it happen.
    expect(discarded).toContain('makeUnkept');
    expect([...names, 'startActiveSpan'].filter((name) => discarded.has(name))).toEqual([]);
  },
);
