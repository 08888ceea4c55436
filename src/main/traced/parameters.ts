// The parameters of a function, by name, from its source text. Thread: the user's, once for each traced function with
// `record`. Caller: recorded-arguments.ts. Never throws: what cannot be read has no names.

export interface Parameter {
  readonly name: string;
  /** Of the argument. */
  readonly index: number;
  /** True: this argument and all after it. */
  readonly isRest: boolean;
  /** From the argument to what the name is bound to, for destructured parameters. */
  readonly path: readonly string[];
}

const ARROW_OF_ONE = /^(?:async\s+)?([\p{ID_Start}$_][\p{ID_Continue}$]*)\s*=>/u;
const NAME = /^[\p{ID_Start}$_][\p{ID_Continue}$]*/u;
const OPENING = '([{';
const CLOSING = ')]}';

/** Of bound and native functions: none. */
export function parametersOf(fn: (...args: never[]) => unknown): Parameter[] {
  const text = withoutComments(Function.prototype.toString.call(fn));
  const single = ARROW_OF_ONE.exec(text);
  if (single !== null) return [{ name: single[1] as string, index: 0, isRest: false, path: [] }];
  const list = splitList(text, indexOfList(text));
  return list.flatMap((part, index) => bindings(part, index, []));
}

/** Past a computed method name, `[Symbol.iterator](a, b)`. */
function indexOfList(text: string): number {
  const start = /^(?:static\s+|async\s+|\*\s*)*\[/.test(text) ? endOfGroup(text, text.indexOf('[')) : 0;
  return text.indexOf('(', start);
}

/** `name`, `name = 1`, `...name`, `{ name, key: name }`, `[name]`. */
function bindings(part: string, index: number, path: readonly string[]): Parameter[] {
  const isRest = part.startsWith('...');
  const target = (isRest ? part.slice(3) : part).trim();
  // What is left over by a pattern in a pattern has no place that a path could name.
  if (isRest && path.length > 0) return [];
  if (target.startsWith('[')) {
    return splitList(target, 0).flatMap((item, i) => bindings(item, index, [...path, String(i)]));
  }
  if (target.startsWith('{')) {
    return splitList(target, 0).flatMap((item) => bindingsOfProperty(item, index, path));
  }
  const name = NAME.exec(target)?.[0];
  return name === undefined ? [] : [{ name, index, isRest, path }];
}

function bindingsOfProperty(item: string, index: number, path: readonly string[]): Parameter[] {
  const key = NAME.exec(item)?.[0];
  if (key === undefined) return [];
  const rest = item.slice(key.length).trim();
  return bindings(rest.startsWith(':') ? rest.slice(1).trim() : key, index, [...path, key]);
}

/** The parts between the brackets that open at `start`; empty if they do not close. */
function splitList(text: string, start: number): string[] {
  if (start < 0) return [];
  const end = endOfGroup(text, start);
  if (end < 0) return [];
  const parts: string[] = [];
  let from = start + 1;
  for (let i = from; i < end; i++) {
    const character = text[i] as string;
    if (character === ',') {
      parts.push(text.slice(from, i).trim());
      from = i + 1;
    } else i = afterNested(text, i);
  }
  const last = text.slice(from, end).trim();
  if (last !== '') parts.push(last);
  return parts;
}

/** Where the bracket at `start` closes; -1: nowhere. */
function endOfGroup(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i++) {
    if (CLOSING.includes(text[i] as string)) return i;
    i = afterNested(text, i);
  }
  return -1;
}

/** The last character of the string or the brackets that begin at `i`; `i` if none do. */
function afterNested(text: string, i: number): number {
  const character = text[i] as string;
  if (OPENING.includes(character)) {
    const end = endOfGroup(text, i);
    return end < 0 ? text.length : end;
  }
  return `'"\``.includes(character) ? endOfString(text, i) : i;
}

function endOfString(text: string, start: number): number {
  const quote = text[start];
  for (let i = start + 1; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === quote) return i;
  }
  return text.length;
}

/** Strings are passed over: they may have what looks like a comment. */
function withoutComments(text: string): string {
  return text.replace(/'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, (found) =>
    found.startsWith('/') ? ' ' : found,
  );
}
