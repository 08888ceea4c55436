// What a task throws, as plain data, and back as it was: class where it is one of the language's, name, message, stack,
// own properties (`code`, ...), cause, the errors of an AggregateError. Structured cloning alone would lose names of
// one's own and all properties. Thread: made in the task's, read in the caller's.

export type ErrorData =
  | { readonly thrown: unknown }
  | {
      readonly type: string;
      readonly name: string;
      readonly message: string;
      readonly stack: string | undefined;
      readonly cause?: ErrorData;
      readonly errors?: readonly ErrorData[];
      readonly properties: Readonly<Record<string, unknown>>;
    };

/** Causes of causes: a chain may be a circle. */
const DEPTH_MAX = 8;
const ERRORS_MAX = 64;
const KNOWN_ELSEWHERE = new Set(['name', 'message', 'stack', 'cause', 'errors']);
const CLASSES: Readonly<Record<string, new (message: string) => Error>> = {
  ...{ Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError },
};

/** Never throws; the result can always be cloned. */
export function errorData(thrown: unknown, depth = 0): ErrorData {
  try {
    if (thrown instanceof Error) return dataOf(thrown, depth);
    return { thrown: structuredClone(thrown) };
  } catch {
    // A function, or an object with getters that throw.
    return { thrown: textOf(thrown) };
  }
}

export function errorOf(data: ErrorData): unknown {
  if ('thrown' in data) return data.thrown;
  const { type, name, message, stack, cause, errors, properties } = data;
  const error = instanceOf(type, name, message, errors);
  if (error.name !== name) define(error, 'name', name);
  define(error, 'stack', stack);
  if (cause !== undefined) define(error, 'cause', errorOf(cause));
  for (const [key, value] of Object.entries(properties)) {
    Object.defineProperty(error, key, { value, enumerable: true, configurable: true, writable: true });
  }
  return error;
}

function dataOf(error: Error, depth: number): ErrorData {
  const data = { type: typeOf(error), name: String(error.name), message: String(error.message) };
  const { stack, cause } = error;
  const nested = depth < DEPTH_MAX;
  return {
    ...data,
    stack: typeof stack === 'string' ? stack : undefined,
    properties: cloneableProperties(error),
    ...(nested && Object.hasOwn(error, 'cause') ? { cause: errorData(cause, depth + 1) } : {}),
    ...(nested && error instanceof AggregateError
      ? { errors: [...error.errors].slice(0, ERRORS_MAX).map((item) => errorData(item, depth + 1)) }
      : {}),
  };
}

/** The nearest class that both threads have. */
function typeOf(error: Error): string {
  if (error instanceof DOMException) return 'DOMException';
  if (error instanceof AggregateError) return 'AggregateError';
  const found = Object.entries(CLASSES).find(([name, known]) => name !== 'Error' && error instanceof known);
  return found?.[0] ?? 'Error';
}

function instanceOf(type: string, name: string, message: string, errors: readonly ErrorData[] = []): Error {
  if (type === 'DOMException') return new DOMException(message, name);
  if (type === 'AggregateError') return new AggregateError(errors.map(errorOf), message);
  return new (CLASSES[type] ?? Error)(message);
}

function cloneableProperties(error: Error): Record<string, unknown> {
  const properties: Record<string, unknown> = {};
  for (const key of Object.keys(error)) {
    if (KNOWN_ELSEWHERE.has(key)) continue;
    try {
      const value = (error as unknown as Record<string, unknown>)[key];
      properties[key] = structuredClone(value);
    } catch {
      // A socket or a function: stays in the task's thread.
    }
  }
  return properties;
}

function define(error: Error, key: string, value: unknown): void {
  Object.defineProperty(error, key, { value, configurable: true, writable: true });
}

function textOf(thrown: unknown): string {
  try {
    return String(thrown);
  } catch {
    return 'a value that has no text';
  }
}
