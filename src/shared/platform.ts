// The few globals of every JavaScript runtime which `shared` uses, typed here because the project is compiled
// without any runtime's types. Thread: any; callers: config/*, codecs.

export interface ParsedUrl {
  readonly href: string;
  readonly protocol: string;
  readonly hostname: string;
  readonly port: string;
  pathname: string;
  search: string;
  hash: string;
  username: string;
  password: string;
}

interface PlatformGlobals {
  readonly URL: new (text: string) => ParsedUrl;
  readonly btoa: (binary: string) => string;
}

const platform = globalThis as unknown as PlatformGlobals;

export function parseUrl(text: string): ParsedUrl | undefined {
  try {
    return new platform.URL(text);
  } catch {
    return undefined;
  }
}

/** Base64 of a string whose characters are bytes. */
export function encodeBase64(binary: string): string {
  return platform.btoa(binary);
}
