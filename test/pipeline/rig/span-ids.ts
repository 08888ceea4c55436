// The span ids in an ExportTraceServiceRequest, by walking its length-delimited fields (independent of our encoder).

interface Field {
  readonly number: number;
  readonly bytes: Uint8Array | undefined;
}

export function spanIdsOf(request: Uint8Array): string[] {
  const ids: string[] = [];
  for (const resourceSpans of children(request, 1)) {
    for (const scopeSpans of children(resourceSpans, 2)) {
      for (const span of children(scopeSpans, 2)) {
        for (const id of children(span, 2)) ids.push(Buffer.from(id).toString('hex'));
      }
    }
  }
  return ids;
}

/** Bytes of the first start time in unix nanoseconds, to see which clock a span was converted with. */
export function startUnixNanosOf(request: Uint8Array): bigint[] {
  const times: bigint[] = [];
  for (const resourceSpans of children(request, 1)) {
    for (const scopeSpans of children(resourceSpans, 2)) {
      for (const span of children(scopeSpans, 2)) {
        for (const time of children(span, 7)) {
          times.push(new DataView(time.buffer, time.byteOffset, 8).getBigUint64(0, true));
        }
      }
    }
  }
  return times;
}

function children(message: Uint8Array, number: number): Uint8Array[] {
  const found: Uint8Array[] = [];
  for (const field of fields(message)) {
    if (field.number === number && field.bytes) found.push(field.bytes);
  }
  return found;
}

function* fields(message: Uint8Array): Generator<Field> {
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = message[at++];
      if (byte === undefined) throw new Error('the request ends inside a field');
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < message.length) {
    const tag = varint();
    const wireType = tag & 7;
    let length = 0;
    if (wireType === 0) varint();
    else if (wireType === 1) length = 8;
    else if (wireType === 2) length = varint();
    else if (wireType === 5) length = 4;
    else throw new Error(`wire type ${wireType}`);
    yield { number: tag >>> 3, bytes: wireType === 0 ? undefined : message.subarray(at, at + length) };
    at += length;
  }
}
