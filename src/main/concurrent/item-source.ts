// Items of an iterable or async iterable, one at a time. Thread: producer. Callers: traced-all.ts, concurrent-run.ts.

export interface ItemSource<T> {
  /** Asks for the iterator: may throw what the iterable throws. */
  open(): OpenSource<T>;
}

export interface OpenSource<T> {
  /** Of a sync iterable at once, without a turn of the loop. */
  next(): IteratorResult<T> | Promise<IteratorResult<T>>;
  /** Lets the iterable tidy up: no further item is wanted. What that throws is nobody's any more. */
  close(): Promise<void>;
}

/** Undefined: `items` cannot be iterated. */
export function itemSource<T>(items: unknown): ItemSource<T> | undefined {
  const given = items as Partial<Iterable<T> & AsyncIterable<T>> | null | undefined;
  const isAsync = typeof given?.[Symbol.asyncIterator] === 'function';
  if (!isAsync && typeof given?.[Symbol.iterator] !== 'function') return undefined;
  return { open: () => openSource(isAsync ? asyncIterator(given) : syncIterator(given)) };
}

function asyncIterator<T>(items: Partial<AsyncIterable<T>>): Iterator<T> | AsyncIterator<T> {
  return (items as AsyncIterable<T>)[Symbol.asyncIterator]();
}

function syncIterator<T>(items: Partial<Iterable<T>>): Iterator<T> | AsyncIterator<T> {
  return (items as Iterable<T>)[Symbol.iterator]();
}

function openSource<T>(iterator: Iterator<T> | AsyncIterator<T>): OpenSource<T> {
  return {
    next: () => iterator.next(),
    close: async () => {
      try {
        await iterator.return?.();
      } catch {
        // The reason why it is closed is thrown, as `for await` does it.
      }
    },
  };
}
