// Memory of request bodies, used again and again. Export worker. Callers: transcoder.ts takes, exporter.ts gives back
// when nobody reads the body any more.
//
// A batch is some hundred kilobytes: memory of that size comes from the operating system page by page, is faulted in
// while it is written, and counts as external memory, for which V8 runs major collections.
//
//   one buffer:   0        HEADROOM                          capacity
//                 | header | body ...            | not used   |
//
// The headroom is for what a transport puts in front of a body (gRPC: the frame), so that it need not copy it.
// Invariant: a body that was given back is not in use anywhere; one that never is belongs to the garbage collector.

export const BODY_HEADROOM_BYTES = 8;

/** Batches in flight and one that is being made; more are not kept. */
const BUFFERS_MAX = 5;
const RETAINED_BYTES_MAX = 8 * 1024 * 1024;
const GRANULE_BYTES = 64 * 1024;

export class BodyPool {
  readonly #free: ArrayBuffer[] = [];
  readonly #ours = new WeakSet<ArrayBufferLike>();
  #freeBytes = 0;

  /** Not zeroed: the caller writes every byte. */
  take(bytes: number): Uint8Array {
    const needed = BODY_HEADROOM_BYTES + bytes;
    for (let i = this.#free.length - 1; i >= 0; i--) {
      const buffer = this.#free[i];
      if (buffer.byteLength < needed) continue;
      this.#free.splice(i, 1);
      this.#freeBytes -= buffer.byteLength;
      return new Uint8Array(buffer, BODY_HEADROOM_BYTES, bytes);
    }
    const capacity = Math.ceil(needed / GRANULE_BYTES) * GRANULE_BYTES;
    const buffer = Buffer.allocUnsafeSlow(capacity).buffer as ArrayBuffer;
    this.#ours.add(buffer);
    return new Uint8Array(buffer, BODY_HEADROOM_BYTES, bytes);
  }

  /** Bytes in front of `body` that may be written to. */
  headroomBytes(body: Uint8Array): number {
    return this.#ours.has(body.buffer) ? BODY_HEADROOM_BYTES : 0;
  }

  /** Anybody's body may be given; those that were not taken here are left alone. */
  give(body: Uint8Array): void {
    const { buffer } = body;
    if (!this.#ours.has(buffer)) return;
    // The smallest one makes room: batches that grow would never find a buffer otherwise.
    if (this.#free.length === BUFFERS_MAX) this.#freeBytes -= this.#removeSmallest();
    if (this.#freeBytes + buffer.byteLength > RETAINED_BYTES_MAX) return;
    this.#free.push(buffer as ArrayBuffer);
    this.#freeBytes += buffer.byteLength;
  }

  #removeSmallest(): number {
    let smallest = 0;
    for (let i = 1; i < this.#free.length; i++) {
      if (this.#free[i].byteLength < this.#free[smallest].byteLength) smallest = i;
    }
    return this.#free.splice(smallest, 1)[0].byteLength;
  }
}
