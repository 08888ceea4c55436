// Sampler trees of a configuration file. Thread: main, at start. Caller: create.ts.
// Samplers that decide on words and flags alone stay cheap on the hot path: see sampling/word-sampler.ts.

import { SpanKind } from '@opentelemetry/api';
import { createAlwaysRecordSampler } from '../../sampling/always-record-sampler.js';
import { AlwaysOffSampler, AlwaysOnSampler } from '../../sampling/always-samplers.js';
import { ParentBasedSampler, type ParentBasedSamplerConfig } from '../../sampling/parent-based-sampler.js';
import type { ComposableSampler } from '../../sampling/probability/composable.js';
import { createComposableParentThresholdSampler } from '../../sampling/probability/composable-parent-threshold.js';
import {
  createComposableAlwaysOffSampler,
  createComposableAlwaysOnSampler,
  createComposableProbabilitySampler,
  createComposableRuleBasedSampler,
} from '../../sampling/probability/composable-samplers.js';
import { createCompositeSampler } from '../../sampling/probability/composite-sampler.js';
import { ProbabilitySampler } from '../../sampling/probability/probability-sampler.js';
import {
  createSamplingPredicate,
  type SamplingRuleConditions,
} from '../../sampling/probability/rule-predicate.js';
import { TraceIdRatioBasedSampler } from '../../sampling/trace-id-ratio-sampler.js';
import type { Sampler } from '../../sdk/types.js';
import type { Component, ParentBasedModel, SamplingRuleModel, SamplingRulesModel } from '../model.js';
import { createPlugIn } from '../plug-ins.js';
import { refuse } from '../schema.js';

interface RatioModel {
  readonly ratio?: number | null;
}

const SAMPLERS: Readonly<Record<string, (component: Component) => Sampler>> = {
  always_on: () => new AlwaysOnSampler(),
  always_off: () => new AlwaysOffSampler(),
  trace_id_ratio_based: (component) => new TraceIdRatioBasedSampler(ratioOf(component)),
  parent_based: (component) => parentBased(component.properties as ParentBasedModel | null),
  always_record: ({ properties }) => createAlwaysRecordSampler(createSampler((properties as RootModel).root)),
  'jaeger_remote/development': ({ place }) =>
    refuse(place, {
      value: 'inside another sampler',
      range: 'the sampler itself, or the root of a parent_based one without delegates',
      remedy: 'Put it there.',
    }),
  'probability/development': (component) =>
    built(component, () => new ProbabilitySampler(ratioOf(component))),
  'composite/development': ({ properties }) =>
    createCompositeSampler(createComposable(properties as Component)),
};

const COMPOSABLES: Readonly<Record<string, (component: Component) => ComposableSampler>> = {
  always_on: () => createComposableAlwaysOnSampler(),
  always_off: () => createComposableAlwaysOffSampler(),
  probability: (component) => built(component, () => createComposableProbabilitySampler(ratioOf(component))),
  parent_threshold: ({ properties }) =>
    createComposableParentThresholdSampler(createComposable((properties as RootModel).root)),
  rule_based: ({ properties }) =>
    createComposableRuleBasedSampler(
      ((properties as SamplingRulesModel | null)?.rules ?? []).map((rule) => [
        createSamplingPredicate(conditionsOf(rule)),
        createComposable(rule.sampler),
      ]),
    ),
};

function conditionsOf(rule: SamplingRuleModel): SamplingRuleConditions {
  return {
    ...(rule.attribute_values && { attributeValues: rule.attribute_values }),
    ...(rule.attribute_patterns && { attributePatterns: rule.attribute_patterns }),
    ...(rule.span_kinds && {
      spanKinds: rule.span_kinds.map((kind) => SpanKind[kind.toUpperCase() as keyof typeof SpanKind]),
    }),
    ...(rule.parent && { parent: rule.parent }),
  };
}

interface RootModel {
  readonly root: Component;
}

export function createSampler(component: Component): Sampler {
  if (Object.hasOwn(SAMPLERS, component.name)) return SAMPLERS[component.name](component);
  return withMethod<Sampler>(component, createPlugIn(component, Object.keys(SAMPLERS)), 'shouldSample');
}

function createComposable(component: Component): ComposableSampler {
  if (Object.hasOwn(COMPOSABLES, component.name)) return COMPOSABLES[component.name](component);
  const created = createPlugIn(component, Object.keys(COMPOSABLES));
  return withMethod<ComposableSampler>(component, created, 'getSamplingIntent');
}

function parentBased(model: ParentBasedModel | null): Sampler {
  const config: ParentBasedSamplerConfig = {
    root: model?.root === undefined ? new AlwaysOnSampler() : createSampler(model.root),
  };
  if (model?.remote_parent_sampled) config.remoteParentSampled = createSampler(model.remote_parent_sampled);
  if (model?.remote_parent_not_sampled) {
    config.remoteParentNotSampled = createSampler(model.remote_parent_not_sampled);
  }
  if (model?.local_parent_sampled) config.localParentSampled = createSampler(model.local_parent_sampled);
  if (model?.local_parent_not_sampled) {
    config.localParentNotSampled = createSampler(model.local_parent_not_sampled);
  }
  return new ParentBasedSampler(config);
}

/** Null and missing are the schema's default. */
function ratioOf({ properties }: Component): number {
  return (properties as RatioModel | null)?.ratio ?? 1;
}

/** Ratios below 2^-56 are no probability, which the schema does not say. */
function built<T>(component: Component, create: () => T): T {
  try {
    return create();
  } catch (error) {
    return refuse(component.place, {
      value: error instanceof Error ? error.message : String(error),
      range: 'a ratio that can be a probability',
      remedy: 'Use 0 for none.',
    });
  }
}

/** What a plug-in made has to have the type's method. */
export function withMethod<T>(component: Component, created: unknown, method: keyof T & string): T {
  if (typeof (created as Record<string, unknown> | null | undefined)?.[method] === 'function')
    return created as T;
  return refuse(component.place, {
    value: `a ${component.type} without ${method}()`,
    range: `one with ${method}()`,
    remedy: `See the plug-in ${component.name}.`,
  });
}
