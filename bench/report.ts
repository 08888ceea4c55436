// Prints a result as tables: one line per row, then one line per ratio with the bound beside it. Called by run.ts.

import { type Bound, RATIO_BOUNDS, ROW_BOUNDS } from './bounds.ts';
import type { Result, Row } from './result.ts';

function format(value: number): string {
  const size = Math.abs(value);
  if (size >= 1000) return Math.round(value).toLocaleString('en-US');
  return size >= 100 ? value.toFixed(0) : size >= 10 ? value.toFixed(1) : value.toFixed(2);
}

/** Lines with columns aligned; the first `textColumns` to the left, the others to the right. */
export function alignTable(lines: readonly (readonly string[])[], textColumns: number): string {
  const widths: number[] = [];
  for (const line of lines) {
    for (const [column, cell] of line.entries()) widths[column] = Math.max(widths[column] ?? 0, cell.length);
  }
  return lines
    .map((line) =>
      line
        .map((cell, column) =>
          column < textColumns ? cell.padEnd(widths[column]) : cell.padStart(widths[column]),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function metricNames(rows: readonly Row[]): string[] {
  return [...new Set(rows.flatMap((row) => Object.keys(row.samples)))];
}

/** Median, and the range of the samples if there are several. */
function cell(row: Row, metric: string): string {
  const middle = row[metric];
  const samples = row.samples[metric];
  if (typeof middle !== 'number' || samples === undefined) return '-';
  if (samples.length === 1) return format(middle);
  return `${format(middle)} [${format(Math.min(...samples))}..${format(Math.max(...samples))}]`;
}

function verdict(holds: boolean, bound: Bound): string[] {
  return [
    String(bound.mustReach),
    bound.aim === undefined ? '' : String(bound.aim),
    holds ? 'reached' : 'MISSED',
  ];
}

export function reportTable(result: Result): string {
  const metrics = metricNames(result.rows);
  const rows = [
    ['subject', 'variant', ...metrics],
    ...result.rows.map((row) => [row.subject, row.variant, ...metrics.map((metric) => cell(row, metric))]),
  ];
  const ratios = Object.entries(result.ratios).map(([key, ratio]) => {
    const bound = RATIO_BOUNDS[key];
    return [
      key,
      format(ratio),
      ...(bound === undefined ? ['-', '', ''] : verdict(ratio >= bound.mustReach, bound)),
    ];
  });
  const own = result.rows
    .filter((row) => row.subject === 'offloop')
    .flatMap((row) =>
      metrics.flatMap((metric) => {
        const bound = ROW_BOUNDS[`${metric}:${row.variant}`];
        const value = row[metric];
        if (bound === undefined || typeof value !== 'number') return [];
        return [[`${metric}:${row.variant}`, format(value), ...verdict(value <= bound.mustReach, bound)]];
      }),
    );
  const sections = [
    `${result.scenario}: node ${result.node}, ${result.cpu}, rounds: ${result.rounds}; median [lowest..highest]`,
    alignTable(rows, 2),
  ];
  if (ratios.length > 0) {
    sections.push(
      'above 1: offloop is better',
      alignTable([['ratio', 'value', 'must reach', 'aim', ''], ...ratios], 1),
    );
  }
  if (own.length > 0)
    sections.push(alignTable([['offloop, at most', 'value', 'bound', 'aim', ''], ...own], 1));
  return sections.join('\n\n');
}
