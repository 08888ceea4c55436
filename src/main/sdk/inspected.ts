// What console.log shows of a span, a tracer or a provider: its public state under its name, instead of its insides.
// Thread: producer. Callers: span.ts, tracer.ts, basic-tracer-provider.ts, from Node's custom inspection.

export interface InspectOptions {
  readonly depth?: number | null;
  readonly stylize?: (text: string, style: string) => string;
}

export type Inspect = (value: unknown, options: InspectOptions) => string;

export const INSPECT: unique symbol = Symbol.for('nodejs.util.inspect.custom') as never;

export function inspected(
  name: string,
  shown: object,
  depth: number,
  options: InspectOptions | undefined,
  inspect: Inspect | undefined,
): unknown {
  if (typeof depth === 'number' && depth < 0) {
    return options?.stylize?.(`[${name}]`, 'special') ?? `[${name}]`;
  }
  if (options === undefined || inspect === undefined) return shown;
  const left = typeof options.depth === 'number' ? options.depth - 1 : options.depth;
  return `${name} ${inspect(shown, left === undefined ? options : { ...options, depth: left })}`;
}
