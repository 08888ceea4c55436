// Random bits of the operating system. Thread: main. Callers: id-generator.ts for its seed, main/resource for the id of
// this instance of the service: a few dozen bytes in the life of a thread.
//
// Not node:crypto where it can be avoided: loading it takes 8 to 10 ms of the application's start, opening and reading the
// device 0.05 ms (measured). Both ask the same generator of the kernel.

// Not imported: the namespace of node:fs reads its lazy exports (1.9 ms at the application's start, measured).
const { closeSync, openSync, readSync } = process.getBuiltinModule('node:fs');

const DEVICE = '/dev/urandom';

/** Fills `bytes`, of which there are 256 at most: so much comes in one read. */
export function fillRandom(bytes: NodeJS.ArrayBufferView): void {
  if (!readDevice(bytes)) process.getBuiltinModule('node:crypto').randomFillSync(bytes);
}

/** False where there is no such device (Windows), or no permission to read it. */
function readDevice(bytes: NodeJS.ArrayBufferView): boolean {
  if (process.platform === 'win32') return false;
  try {
    const file = openSync(DEVICE, 'r');
    try {
      return readSync(file, bytes) === bytes.byteLength;
    } finally {
      closeSync(file);
    }
  } catch {
    return false;
  }
}

/** A random UUID (version 4). RFC 9562, section 5.4. */
export function randomUuid(): string {
  const bytes = new Uint8Array(16);
  fillRandom(bytes);
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Buffer.from(bytes.buffer).toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
