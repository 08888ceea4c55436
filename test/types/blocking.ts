// Types of blocking tasks: arguments and results follow from the function. Checked by tsc (npm run types), never run.

import { type BlockingTask, blockOn, defineTask, runBlocking, runBlockingAll } from 'offloop';

declare function resize(image: Uint8Array, width: number): Uint8Array;
declare function fetchRows(query: string, limit?: number): Promise<readonly { id: number }[]>;

const resizeTask = defineTask<typeof resize>(import.meta.url, 'resize');
const rowsTask: BlockingTask<typeof fetchRows> = defineTask(import.meta.url, 'fetchRows');

const image: Promise<Uint8Array> = runBlocking(resizeTask, [new Uint8Array(1), 2]);
const rows: Promise<readonly { id: number }[]> = runBlocking(rowsTask, ['select'], { priority: 1 });
const all: Promise<Uint8Array[]> = runBlockingAll(resizeTask, [[new Uint8Array(1), 2]]);
const settled: Promise<PromiseSettledResult<Uint8Array>[]> = runBlockingAll(
  resizeTask,
  [[new Uint8Array(1), 2]],
  { mode: 'all-settled' },
);
const now: readonly { id: number }[] = blockOn(rowsTask, ['select', 3], { timeoutMillis: 5 });
export const used: unknown[] = [image, rows, all, settled, now];

// @ts-expect-error an argument of another type
runBlocking(resizeTask, [new Uint8Array(1), '2']);
// @ts-expect-error an argument is missing
runBlocking(resizeTask, [new Uint8Array(1)]);
// @ts-expect-error arguments are a list
runBlocking(resizeTask, new Uint8Array(1), 2);
// @ts-expect-error the result is no text
export const text: Promise<string> = runBlocking(resizeTask, [new Uint8Array(1), 2]);
// @ts-expect-error not a promise: the caller has waited
export const promised: Promise<unknown> = blockOn(resizeTask, [new Uint8Array(1), 2]);
// @ts-expect-error a function is no task
runBlocking(resize, [new Uint8Array(1), 2]);
// @ts-expect-error a batch is a list of lists
runBlockingAll(resizeTask, [new Uint8Array(1), 2]);
