// Samplers that ask a service for their strategy. They are packages of their own, loaded only if the configuration names
// one. Thread: producer, once at start. Caller: configured-sampler.ts.
// Specification: Trace SDK, "JaegerRemoteSampler"; Environment variables, OTEL_TRACES_SAMPLER.

import { type Attributes, context } from '@opentelemetry/api';
import type { RemoteSamplerConfig, SamplerConfig } from '../../shared/config/resolved-config.js';
import { SUPPRESS_TRACING_KEY } from '../context/suppression.js';
import { causeOf, report } from '../lifecycle/diagnostics.js';
import { optionalPackage } from '../propagation/optional-package.js';
import type { Sampler } from '../sdk/types.js';
import { ParentBasedSampler } from './parent-based-sampler.js';
import { TraceIdRatioBasedSampler } from './trace-id-ratio-sampler.js';

const JAEGER_PACKAGE = '@opentelemetry/sampler-jaeger-remote';
const XRAY_PACKAGE = '@opentelemetry/sampler-aws-xray';

export interface RemoteSamplerParts {
  /** Of the resource; read only by a remote sampler. */
  resourceAttributes(): Attributes;
  /** For tests: undefined if the package is not installed. */
  load?(name: string): Record<string, unknown> | undefined;
}

type SamplerClass = new (options: object) => Sampler;

export interface RemoteSampler {
  readonly sampler: Sampler;
  /** It asks no longer, and goes on with the strategy that it has. */
  stop(): void;
}

/** Undefined, and an error report with the remedy: the package is not there, or fails. */
export function createRemoteSampler(
  config: SamplerConfig,
  parts: RemoteSamplerParts,
): RemoteSampler | undefined {
  const { name, remote } = config;
  if (remote === undefined) return undefined;
  const isXray = name === 'xray';
  const packageName = isXray ? XRAY_PACKAGE : JAEGER_PACKAGE;
  const className = isXray ? 'AWSXRayRemoteSampler' : 'JaegerRemoteSampler';
  try {
    const samplerClass = (parts.load ?? optionalPackage)(packageName)?.[className];
    if (typeof samplerClass !== 'function') {
      giveUp(`the sampler ${name} needs the package ${packageName}: install it (npm install ${packageName})`);
      return undefined;
    }
    const options = isXray ? xrayOptions(remote, parts) : jaegerOptions(remote, parts);
    const { sampler, stop } = aside(() => new (samplerClass as SamplerClass)(options));
    const isRoot = name === 'parentbased_jaeger_remote';
    return { sampler: isRoot ? new ParentBasedSampler({ root: sampler }) : sampler, stop };
  } catch (error) {
    giveUp(`the sampler ${name} of ${packageName} does not start (${causeOf(error)})`);
    return undefined;
  }
}

/** X-Ray's sampler sets its timers anew when its service asks for another interval, and has a method that ends them. */
function stopAll(sampler: Sampler & { stopPollers?(): void }, timers: readonly NodeJS.Timeout[]): void {
  for (const timer of timers) clearInterval(timer);
  try {
    sampler.stopPollers?.();
  } catch (error) {
    report('error', 'remote sampler', `the sampler could not be stopped: ${causeOf(error)}`);
  }
}

function giveUp(why: string): void {
  report('error', 'remote sampler', `${why}; until then parentbased_always_on is used`);
}

function jaegerOptions(remote: RemoteSamplerConfig, parts: RemoteSamplerParts): object {
  return {
    endpoint: remote.endpoint.replace(/\/+$/, ''),
    serviceName: String(parts.resourceAttributes()['service.name'] ?? ''),
    // The package spells it so.
    poolingInterval: remote.pollingIntervalMillis,
    initialSampler: new TraceIdRatioBasedSampler(remote.initialSamplingRate),
  };
}

function xrayOptions(remote: RemoteSamplerConfig, parts: RemoteSamplerParts): object {
  const attributes = parts.resourceAttributes();
  return {
    resource: { attributes, merge: () => ({ attributes }) },
    endpoint: remote.endpoint,
    pollingInterval: remote.pollingIntervalMillis / 1000,
  };
}

/**
 * Constructs with tracing suppressed, so that the sampler's own requests become no spans, and with timers that do not keep
 * the process alive: Jaeger's sampler sets an interval and hands out no way to stop it. So `stop` ends those timers.
 */
function aside(construct: () => Sampler): RemoteSampler {
  const { setInterval } = globalThis;
  const timers: NodeJS.Timeout[] = [];
  const quiet = (...parameters: Parameters<typeof setInterval>): NodeJS.Timeout => {
    const timer = setInterval(...parameters).unref();
    timers.push(timer);
    return timer;
  };
  globalThis.setInterval = quiet as typeof setInterval;
  try {
    const sampler = context.with(context.active().setValue(SUPPRESS_TRACING_KEY, true), construct);
    return { sampler, stop: () => stopAll(sampler, timers) };
  } finally {
    globalThis.setInterval = setInterval;
  }
}
