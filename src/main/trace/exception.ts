// An exception as the attributes of an `exception` event. Thread: producer. Caller: span.ts.
// Anything can be thrown, so anything can come in, with getters that throw. Specification: semantic conventions,
// "Exceptions"; type is the code if there is one, else the name, as in OpenTelemetry JS.

export type ExceptionAttributes = Record<string, string>;

/** Undefined: the exception says nothing about itself, and no event is made of it. */
export function exceptionAttributes(exception: unknown): ExceptionAttributes | undefined {
  if (typeof exception === 'string') {
    return exception === '' ? undefined : { 'exception.message': exception };
  }
  if ((typeof exception !== 'object' && typeof exception !== 'function') || exception === null)
    return undefined;
  const type = codeText(read(exception, 'code')) ?? text(read(exception, 'name'));
  const message = text(read(exception, 'message'));
  const stack = text(read(exception, 'stack'));
  if (type === undefined && message === undefined) return undefined;
  const attributes: ExceptionAttributes = {};
  if (type !== undefined) attributes['exception.type'] = type;
  if (message !== undefined) attributes['exception.message'] = message;
  if (stack !== undefined) attributes['exception.stacktrace'] = stack;
  return attributes;
}

function read(object: object, key: string): unknown {
  try {
    return (object as Record<string, unknown>)[key];
  } catch {
    return undefined;
  }
}

/** 0, NaN and false are no codes: programs use them for "none". */
function codeText(code: unknown): string | undefined {
  if (typeof code === 'number' || typeof code === 'bigint' || typeof code === 'boolean') {
    return code ? String(code) : undefined;
  }
  return text(code);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
