// The configured headers as gRPC metadata. Pure. Export worker; caller: grpc-transport.ts.

export interface MetadataEntries {
  readonly entries: readonly (readonly [string, string | Buffer])[];
  /** Names of headers that gRPC cannot carry. */
  readonly refused: readonly string[];
}

const LEGAL_KEY = /^[0-9a-z_.-]+$/;
/** Printable ASCII: all that HTTP/2 header values of gRPC may hold. */
const LEGAL_VALUE = /^[ -~]*$/;

/** `headers` with lower-case names. The names that gRPC itself uses are not for users. */
export function metadataEntries(headers: Readonly<Record<string, string>>): MetadataEntries {
  const entries: [string, string | Buffer][] = [];
  const refused: string[] = [];
  for (const [name, value] of Object.entries(headers)) {
    const reserved = name.startsWith('grpc-') || name === 'host';
    if (reserved || !LEGAL_KEY.test(name)) refused.push(name);
    // Binary metadata is base64 on the wire; that is also what a text variable can hold.
    else if (name.endsWith('-bin')) entries.push([name, Buffer.from(value, 'base64')]);
    else if (LEGAL_VALUE.test(value)) entries.push([name, value]);
    else refused.push(name);
  }
  return { entries, refused };
}
