// host.* and os.*: where it runs. Thread: main. Callers: detector-registry.ts, users through `offloop/sdk`.
// Specification: semantic conventions, Host and OS.

import { arch, hostname, release } from 'node:os';
import { type DetectedResource, type ResourceDetector, SEMCONV_SCHEMA_URL } from './detector.js';
import { machineId, thisMachine } from './machine-id.js';

/** Node's words for processors where the conventions have others. */
const ARCHITECTURES: Readonly<Record<string, string>> = {
  x64: 'amd64',
  arm: 'arm32',
  ppc: 'ppc32',
  ia32: 'x86',
};
const SYSTEMS: Readonly<Record<string, string>> = { win32: 'windows', sunos: 'solaris' };

export function hostArchitecture(nodeName: string): string {
  return ARCHITECTURES[nodeName] ?? nodeName;
}

export function osType(platform: string): string {
  return SYSTEMS[platform] ?? platform;
}

export const hostDetector: ResourceDetector = {
  detect: (): DetectedResource => ({
    schemaUrl: SEMCONV_SCHEMA_URL,
    attributes: {
      'host.name': hostname(),
      'host.arch': hostArchitecture(arch()),
      'host.id': machineId(thisMachine),
    },
  }),
};

export const osDetector: ResourceDetector = {
  detect: (): DetectedResource => ({
    schemaUrl: SEMCONV_SCHEMA_URL,
    attributes: { 'os.type': osType(process.platform), 'os.version': release() },
  }),
};
