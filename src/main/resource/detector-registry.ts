// The detectors by their names in OTEL_NODE_RESOURCE_DETECTORS. Thread: main, at start. Caller: process-resource.ts.
// Specification: Resource SDK, "Resource detector name".
//
// `host` detects the operating system too; `env`, `os`, `serviceinstance` are OTel JS's own names. Detectors of clouds
// and containers live in packages of their own, as the specification wants it.

import type { ResourceDetectorName } from '../../shared/config/resolved-config.js';
import { report } from '../lifecycle/diagnostics.js';
import { isInstalled, optionalPackage } from '../propagation/optional-package.js';
import type { ResourceDetector } from './detector.js';
import { hostDetector, osDetector } from './host-detector.js';
import { ProcessDetector } from './process-detector.js';
import { envDetector, serviceDetector, serviceInstanceIdDetector } from './service-detector.js';

const CONTAINER_PACKAGE = '@opentelemetry/resource-detector-container';

export interface NamedDetector {
  readonly name: string;
  readonly detector: ResourceDetector;
}

/** In the order given. A detector that is not installed is reported and left out. */
export function namedDetectors(
  names: readonly ResourceDetectorName[],
  commandArgs: boolean,
): NamedDetector[] {
  return names.flatMap((name) => detectorsOf(name, commandArgs).map((detector) => ({ name, detector })));
}

function detectorsOf(name: ResourceDetectorName, commandArgs: boolean): ResourceDetector[] {
  switch (name) {
    case 'service':
      return [serviceDetector];
    case 'host':
      return [hostDetector, osDetector];
    case 'process':
      return [new ProcessDetector({ commandArgs })];
    case 'container':
      return containerDetector();
    case 'env':
      return [envDetector];
    case 'os':
      return [osDetector];
    case 'serviceinstance':
      return [serviceInstanceIdDetector];
  }
}

function containerDetector(): ResourceDetector[] {
  if (isInstalled(CONTAINER_PACKAGE)) {
    return [
      {
        detect: () => {
          const { containerDetector } = optionalPackage(CONTAINER_PACKAGE) ?? {};
          return (containerDetector as ResourceDetector).detect();
        },
      },
    ];
  }
  report(
    'warn',
    'resource detector container',
    `the resource detector container is ignored: install it (npm install ${CONTAINER_PACKAGE}) or take it out of ` +
      'OTEL_NODE_RESOURCE_DETECTORS',
  );
  return [];
}
