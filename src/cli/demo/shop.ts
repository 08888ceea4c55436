// Where the example shop is, and how its services are started under offloop. Used by the demo.

import { fileURLToPath } from 'node:url';
import { REPORT_FILE_VARIABLE } from './probe-report.js';
import { ServiceProcess } from './service-process.js';

const shopFolder = new URL('../../../examples/shop/', import.meta.url);
const probe = new URL('./probe.js', import.meta.url);

export function shopFile(name: string): string {
  return fileURLToPath(new URL(name, shopFolder));
}

export interface ServiceStart {
  readonly name: string;
  readonly script: string;
  readonly reportFile: string;
  readonly environment: NodeJS.ProcessEnv;
}

export function startService({ name, script, reportFile, environment }: ServiceStart): ServiceProcess {
  const preloads = ['offloop/register', probe.href, new URL('instrumentation.js', shopFolder).href];
  return new ServiceProcess(name, {
    args: [...preloads.flatMap((preload) => ['--import', preload]), shopFile(script)],
    // `offloop/register` is looked up from here, and the example is inside the package.
    cwd: fileURLToPath(shopFolder),
    environment: { ...environment, OTEL_SERVICE_NAME: name, PORT: '0', [REPORT_FILE_VARIABLE]: reportFile },
  });
}
