// Runs once before the Collector suite: builds the Collector and hands its path to the tests.

import type { TestProject } from 'vitest/node';
import { buildCollector } from './build-collector.ts';

declare module 'vitest' {
  interface ProvidedContext {
    collectorBinary: string;
  }
}

export default async function setup(project: TestProject): Promise<void> {
  project.provide('collectorBinary', await buildCollector());
}
