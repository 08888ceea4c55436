// A user's IdGenerator, expected to throw and to give what is no id: then a random id stands in, and it is said.
// Thread: producer. Caller: tracer.ts. Specification: Trace SDK, "ID Generators".

import { RandomIdGenerator } from '../sdk/random-id-generator.js';
import type { IdGenerator } from '../sdk/types.js';
import type { PlugInErrors } from './plug-in-errors.js';

const TRACE_ID = /^(?!0{32}$)[0-9a-f]{32}$/;
const SPAN_ID = /^(?!0{16}$)[0-9a-f]{16}$/;
const STAND_IN = new RandomIdGenerator();
/** As written. */
const { generateTraceId: GENERATE_TRACE_ID, generateSpanId: GENERATE_SPAN_ID } = RandomIdGenerator.prototype;

export class CheckedIds {
  readonly #generator: IdGenerator;
  readonly #errors: PlugInErrors;
  readonly #isOurs: boolean;

  constructor(generator: IdGenerator, errors: PlugInErrors) {
    this.#generator = generator;
    this.#errors = errors;
    this.#isOurs = Object.getPrototypeOf(generator) === RandomIdGenerator.prototype;
  }

  /**
   * Ours, whose ids are right, and which need not be asked: words are to be had without text. Asked for each span: a test may
   * have put methods of its own into it, before or since.
   */
  get isTrusted(): boolean {
    const generator = this.#generator;
    return (
      this.#isOurs &&
      generator.generateTraceId === GENERATE_TRACE_ID &&
      generator.generateSpanId === GENERATE_SPAN_ID
    );
  }

  traceId(): string {
    try {
      const id: unknown = this.#generator.generateTraceId();
      if (typeof id === 'string' && TRACE_ID.test(id)) return id;
      this.#refuse(id, 'generateTraceId', '32 lowercase hexadecimal digits, not all zero');
    } catch (error) {
      this.#errors.report('IdGenerator', this.#generator, 'generateTraceId', error);
    }
    return STAND_IN.generateTraceId();
  }

  spanId(): string {
    try {
      const id: unknown = this.#generator.generateSpanId();
      if (typeof id === 'string' && SPAN_ID.test(id)) return id;
      this.#refuse(id, 'generateSpanId', '16 lowercase hexadecimal digits, not all zero');
    } catch (error) {
      this.#errors.report('IdGenerator', this.#generator, 'generateSpanId', error);
    }
    return STAND_IN.generateSpanId();
  }

  /** Whether roots carry the W3C random flag. */
  get areRandom(): boolean {
    try {
      return this.#generator.generatesRandomTraceIds?.() === true;
    } catch (error) {
      this.#errors.report('IdGenerator', this.#generator, 'generatesRandomTraceIds', error);
      return false;
    }
  }

  #refuse(given: unknown, method: string, form: string): void {
    this.#errors.watch('IdGenerator', this.#generator, method, given);
    const error = new TypeError(`${method} gave what is not ${form}`);
    this.#errors.report('IdGenerator', this.#generator, method, error);
  }
}
