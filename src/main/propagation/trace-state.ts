// The list of vendors' states that travels with a trace, immutable. Thread: producer. Callers: trace-context.ts, users
// through `offloop/sdk`. Specification: W3C Trace Context Level 2, tracestate; Trace API, TraceState.
//
// @opentelemetry/core's knows the keys of Level 1 only (they may begin with a digit now), and refuses a new member when
// the list is full, where the oldest one is to go.

import type { TraceState as ApiTraceState } from '@opentelemetry/api';

export const TRACE_STATE_MEMBERS_MAX = 32;
/** Every system has to carry as much; nobody need carry more. */
export const TRACE_STATE_LENGTH_MAX = 512;
/** Of a list that is too long, members longer than this go first. */
const MEMBER_LENGTH_LONG = 128;

const KEY = /^[a-z0-9][a-z0-9_*/@-]{0,255}$/;
const VALUE = /^[ !-+\--<>-~]{0,255}[!-+\--<>-~]$/;

type Members = ReadonlyMap<string, string>;

export class TraceState implements ApiTraceState {
  readonly #text: string;
  /** Newest first. Parsed when first needed: most trace states are only passed on. */
  #members: Members | undefined;

  /** What is not a member of a trace state is left out. */
  constructor(rawTraceState?: string) {
    this.#text = typeof rawTraceState === 'string' ? rawTraceState : '';
  }

  /** The member, new or changed, comes first; a wrong key or value changes nothing. */
  set(key: string, value: string): TraceState {
    // Of anybody's code: what is no text would be made text of, which may throw.
    if (typeof key !== 'string' || typeof value !== 'string') return this;
    if (!KEY.test(key) || !VALUE.test(value)) return this;
    const members = new Map([[key, value]]);
    for (const [other, text] of this.#read()) if (other !== key) members.set(other, text);
    const bounded = boundedMembers(members);
    return bounded.has(key) ? TraceState.#of(bounded) : this;
  }

  unset(key: string): TraceState {
    const members = this.#read();
    if (!members.has(key)) return this;
    return TraceState.#of(new Map([...members].filter(([other]) => other !== key)));
  }

  get(key: string): string | undefined {
    return this.#read().get(key);
  }

  serialize(): string {
    return textOf(this.#read());
  }

  #read(): Members {
    this.#members ??= parse(this.#text);
    return this.#members;
  }

  static #of(members: Members): TraceState {
    const state = new TraceState();
    state.#members = members;
    return state;
  }
}

/** A key that comes twice keeps its first place and its last value, as with OTel JS. */
function parse(text: string): Members {
  const members = new Map<string, string>();
  let start = 0;
  while (start < text.length && members.size < TRACE_STATE_MEMBERS_MAX) {
    const comma = text.indexOf(',', start);
    const end = comma < 0 ? text.length : comma;
    const member = withoutSpace(text, start, end);
    start = end + 1;
    const equals = member.indexOf('=');
    if (equals < 0) continue;
    const key = member.slice(0, equals);
    const value = member.slice(equals + 1);
    if (KEY.test(key) && VALUE.test(value)) members.set(key, value);
  }
  return boundedMembers(members);
}

/** Spaces and tabs around a member do not count; other white space is no part of a header. */
function withoutSpace(text: string, from: number, to: number): string {
  let start = from;
  let end = to;
  while (start < end && isSpace(text.charCodeAt(start))) start++;
  while (end > start && isSpace(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

/** Without what is too much: long members first, then the oldest. */
function boundedMembers(members: ReadonlyMap<string, string>): Members {
  const list = [...members];
  let length = textOf(members).length;
  const remove = (index: number): void => {
    const [[key, value]] = list.splice(index, 1);
    length -= key.length + value.length + 2;
  };
  while (list.length > TRACE_STATE_MEMBERS_MAX) remove(list.length - 1);
  for (let i = list.length - 1; i >= 0 && length > TRACE_STATE_LENGTH_MAX; i--) {
    if (list[i][0].length + list[i][1].length + 1 > MEMBER_LENGTH_LONG) remove(i);
  }
  while (length > TRACE_STATE_LENGTH_MAX) remove(list.length - 1);
  return list.length === members.size ? members : new Map(list);
}

function textOf(members: Members): string {
  let text = '';
  for (const [key, value] of members) text += `${text === '' ? '' : ','}${key}=${value}`;
  return text;
}
