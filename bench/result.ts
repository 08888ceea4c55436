// The result of a scenario: the JSON form that `--json` writes, and how it comes out of samples. Called by run.ts and
// the scenarios; pure.

import { cpus } from 'node:os';
import { median } from './stats.ts';

export type Metrics = Readonly<Record<string, number>>;

export type Row = {
  readonly subject: string;
  readonly variant: string;
  /** Every sample behind each median. */
  readonly samples: Readonly<Record<string, readonly number[]>>;
} & {
  /** Medians by metric. */
  readonly [metric: string]: number | string | Readonly<Record<string, readonly number[]>>;
};

export interface Result {
  readonly scenario: string;
  readonly node: string;
  readonly cpu: string;
  readonly rounds: number;
  readonly rows: readonly Row[];
  /** `<metric>:<variant>`; above 1 means that offloop is better. */
  readonly ratios: Readonly<Record<string, number>>;
}

/** Names one median. */
export interface Cell {
  readonly subject: string;
  readonly variant: string;
  readonly metric: string;
}

export interface RatioRule {
  readonly key: string;
  /** A cost is better when small (rival / ours), a throughput when large (ours / rival). */
  readonly kind: 'cost' | 'throughput';
  readonly ours: Cell;
  readonly rival: Cell;
}

/** Samples by subject and variant, in the order in which they first appeared. */
export class SampleTable {
  readonly #rows = new Map<string, { subject: string; variant: string; samples: Record<string, number[]> }>();

  add(subject: string, variant: string, metrics: Metrics): void {
    const key = `${subject}/${variant}`;
    let row = this.#rows.get(key);
    if (row === undefined) {
      row = { subject, variant, samples: {} };
      this.#rows.set(key, row);
    }
    for (const [metric, value] of Object.entries(metrics)) {
      if (!Number.isFinite(value)) throw new Error(`${key}: ${metric} is ${value}`);
      row.samples[metric] ??= [];
      row.samples[metric].push(value);
    }
  }

  rows(): Row[] {
    return [...this.#rows.values()].map(({ subject, variant, samples }) => {
      const medians = Object.fromEntries(
        Object.entries(samples).map(([metric, values]) => [metric, median(values)]),
      );
      return { subject, variant, ...medians, samples } as Row;
    });
  }
}

function cellValue(rows: readonly Row[], cell: Cell): number | undefined {
  const row = rows.find(({ subject, variant }) => subject === cell.subject && variant === cell.variant);
  const value = row?.[cell.metric];
  return typeof value === 'number' ? value : undefined;
}

/** Whether a ratio of these means anything: a cost at or below 0 after subtracting idle is noise. */
function isMeaningful(ours: number, rival: number): boolean {
  return ours > 0 && rival > 0;
}

/** Rules whose rows were not measured (`--subjects`), or are within the noise (noisyRatios), give no ratio. */
export function computeRatios(rows: readonly Row[], rules: readonly RatioRule[]): Record<string, number> {
  const ratios: Record<string, number> = {};
  for (const rule of rules) {
    const ours = cellValue(rows, rule.ours);
    const rival = cellValue(rows, rule.rival);
    if (ours === undefined || rival === undefined || !isMeaningful(ours, rival)) continue;
    ratios[rule.key] = rule.kind === 'cost' ? rival / ours : ours / rival;
  }
  return ratios;
}

/** Keys of the ratios that computeRatios had to leave out although both rows are there. */
export function noisyRatios(rows: readonly Row[], rules: readonly RatioRule[]): string[] {
  return rules
    .filter((rule) => {
      const ours = cellValue(rows, rule.ours);
      const rival = cellValue(rows, rule.rival);
      return ours !== undefined && rival !== undefined && !isMeaningful(ours, rival);
    })
    .map(({ key }) => key);
}

export function buildResult(
  scenario: string,
  rounds: number,
  rows: readonly Row[],
  rules: readonly RatioRule[],
): Result {
  return {
    scenario,
    node: process.version,
    cpu: `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}`,
    rounds,
    rows,
    ratios: computeRatios(rows, rules),
  };
}

/** What is wrong with the form of a result; empty if nothing is. */
export function formErrors(value: unknown): string[] {
  const errors: string[] = [];
  const expect = (holds: boolean, message: string): void => {
    if (!holds) errors.push(message);
  };
  const isRecord = (candidate: unknown): candidate is Record<string, unknown> =>
    typeof candidate === 'object' && candidate !== null && !Array.isArray(candidate);
  if (!isRecord(value)) return ['not an object'];
  const extra = Object.keys(value).filter(
    (key) => !['scenario', 'node', 'cpu', 'rounds', 'rows', 'ratios'].includes(key),
  );
  expect(extra.length === 0, `unknown fields ${extra.join(', ')}`);
  for (const key of ['scenario', 'node', 'cpu']) expect(typeof value[key] === 'string', `${key}: no string`);
  expect(Number.isInteger(value.rounds) && Number(value.rounds) > 0, 'rounds: no positive integer');
  const ratios = value.ratios;
  if (!isRecord(ratios)) errors.push('ratios: no object');
  else {
    for (const [key, ratio] of Object.entries(ratios)) {
      expect(/^[A-Za-z0-9]+:[a-z0-9+-]+$/.test(key), `ratios: ${key} is no <metric>:<variant>`);
      expect(typeof ratio === 'number' && ratio > 0 && Number.isFinite(ratio), `ratios: ${key} is no ratio`);
    }
  }
  const rows = value.rows;
  if (!Array.isArray(rows) || rows.length === 0) return [...errors, 'rows: no rows'];
  for (const row of rows as unknown[]) {
    if (!isRecord(row)) {
      errors.push('rows: a row is no object');
      continue;
    }
    const { subject, variant, samples, ...metrics } = row;
    const where = `rows: ${String(subject)}/${String(variant)}`;
    expect(typeof subject === 'string' && typeof variant === 'string', `${where}: no subject or variant`);
    expect(Object.keys(metrics).length > 0, `${where}: no metric`);
    for (const [metric, middle] of Object.entries(metrics)) {
      const list = isRecord(samples) ? samples[metric] : undefined;
      const numbers =
        Array.isArray(list) && list.length > 0 && list.every((sample) => Number.isFinite(sample));
      expect(
        numbers && middle === median(list as number[]),
        `${where}: ${metric} is not the median of its samples`,
      );
    }
  }
  return errors;
}
