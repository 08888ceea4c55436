// The work of a task that does nothing: what is left is what the way to its thread costs. Loaded in threads: of runBlocking and
// blockOn by `add`, of bare piscina by the default export.

export function add(a: number, b: number): number {
  return a + b;
}

export default ([a, b]: readonly [number, number]): number => a + b;
