// Public door `offloop/recorder`: spans for hot paths.

import {
  SpanTemplate,
  type TemplateAttribute,
  type TemplateOptions,
  type TemplateValues,
} from './record/template.js';

export type {
  SpanTemplate,
  TemplateAttribute,
  TemplateAttributeType,
  TemplateOptions,
  TemplateSpan,
  TemplateValues,
} from './record/template.js';

const ATTRIBUTES_MAX = 128;

export interface Recorder {
  /**
   * Declares a span template. At any time, also before `start()`: its spans record nothing until then.
   * Throws a TypeError if the declaration is wrong (a name that is no string, more than 128 attributes, an unknown
   * attribute type, a repeated key): a programming error at declaration time, before any span.
   */
  template<const A extends readonly TemplateAttribute[] = readonly []>(
    options: TemplateOptions<A>,
  ): SpanTemplate<TemplateValues<A>>;
}

export const recorder: Recorder = {
  template(options) {
    const { name, kind, scope, attributes } = options;
    // A copy: what is checked now is what start() finds.
    const declared = {
      name,
      ...(kind === undefined ? {} : { kind }),
      ...(scope === undefined ? {} : { scope: { ...scope } }),
      attributes: [...(attributes ?? [])].map(([key, type]) => [key, type] as const),
    };
    checkTemplate(declared);
    return new SpanTemplate(declared);
  },
};

function checkTemplate(options: TemplateOptions<readonly TemplateAttribute[]>): void {
  const { name, attributes = [], kind = 0, scope } = options;
  if (typeof name !== 'string') {
    throw new TypeError(`recorder.template: name is ${typeof name}; give a string`);
  }
  if (scope !== undefined && (typeof scope.name !== 'string' || !isTextOrUndefined(scope.version))) {
    throw new TypeError(`recorder.template '${name}': scope; give { name: string, version?: string }`);
  }
  if (!Number.isInteger(kind) || kind < 0 || kind > 4) {
    throw new TypeError(`recorder.template '${name}': kind ${String(kind)}; give a SpanKind, 0 to 4`);
  }
  if (attributes.length > ATTRIBUTES_MAX) {
    throw new TypeError(
      `recorder.template '${name}': ${attributes.length} attributes; a template has at most ${ATTRIBUTES_MAX}`,
    );
  }
  const keys = new Set<string>();
  for (const [key, type] of attributes) {
    if (typeof key !== 'string' || key === '' || keys.has(key)) {
      throw new TypeError(
        `recorder.template '${name}': attribute key '${String(key)}' is empty or repeated; keys are unique`,
      );
    }
    if (!['string', 'int', 'double', 'boolean'].includes(type)) {
      throw new TypeError(
        `recorder.template '${name}': type '${String(type)}' of '${key}'; use string, int, double or boolean`,
      );
    }
    keys.add(key);
  }
}

function isTextOrUndefined(value: unknown): boolean {
  return value === undefined || typeof value === 'string';
}
