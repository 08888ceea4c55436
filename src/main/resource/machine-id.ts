// The id of the machine, where it says something. Thread: main. Caller: host-detector.ts.
//
// Inside a container it is the image's or nobody's: equal for all of them, so no host's. Linux and FreeBSD have a file;
// for macOS and Windows @opentelemetry/resources knows what to ask, in a process of its own and without privileges.

// Not imported: the namespace of node:fs reads its lazy exports (1.9 ms at the application's start, measured).
const { existsSync, readFileSync } = process.getBuiltinModule('node:fs');

const FILES: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  linux: ['/etc/machine-id', '/var/lib/dbus/machine-id'],
  freebsd: ['/etc/hostid'],
};
const CONTAINER_FILES = ['/.dockerenv', '/run/.containerenv'];
const CONTAINER_CGROUP = /docker|containerd|kubepods|libpod|crio|lxc|ecs|garden/;
/**
 * Mounts that only containers have, whatever runs them: cgroup v2 names none in /proc/1/cgroup. Fields 4 and 5 are what is mounted and
 * where: an overlay as the root, or a file of the runtime in the place of /etc/hostname, /etc/hosts.
 */
const CONTAINER_MOUNT = /^(?:\S+ ){3}(?:\/ \/ .* - overlay |\S+ \/etc\/host(?:name|s) )/m;
const ID_LENGTH_MAX = 256;

/** What of the system is looked at; tests put another one in its place. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly environment: Readonly<Record<string, string | undefined>>;
  exists(path: string): boolean;
  /** Throws if there is no such file. */
  read(path: string): string;
}

export const thisMachine: Machine = {
  platform: process.platform,
  environment: process.env,
  exists: existsSync,
  read: (path) => readFileSync(path, 'utf8'),
};

export function machineId(machine: Machine): string | Promise<string | undefined> | undefined {
  if (isContainer(machine)) return undefined;
  const files = FILES[machine.platform];
  if (files === undefined) return askedId(machine.platform);
  for (const path of files) {
    const id = textOf(machine, path)?.trim();
    if (id && id.length <= ID_LENGTH_MAX) return id;
  }
  return undefined;
}

export function isContainer(machine: Machine): boolean {
  if (machine.environment.KUBERNETES_SERVICE_HOST || machine.environment.container) return true;
  if (machine.platform !== 'linux') return false;
  if (CONTAINER_FILES.some((path) => machine.exists(path))) return true;
  if (CONTAINER_CGROUP.test(textOf(machine, '/proc/1/cgroup') ?? '')) return true;
  return CONTAINER_MOUNT.test(textOf(machine, '/proc/self/mountinfo') ?? '');
}

async function askedId(platform: NodeJS.Platform): Promise<string | undefined> {
  if (platform !== 'darwin' && platform !== 'win32') return undefined;
  // After the start: loading the package takes 25 ms.
  await new Promise((resolve) => setImmediate(resolve));
  const { hostDetector } = await import('@opentelemetry/resources');
  const id = await hostDetector.detect().attributes?.['host.id'];
  return typeof id === 'string' ? id : undefined;
}

function textOf(machine: Machine, path: string): string | undefined {
  try {
    return machine.read(path);
  } catch {
    return undefined;
  }
}
