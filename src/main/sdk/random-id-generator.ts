// Random ids as hexadecimal text: the IdGenerator of OpenTelemetry JS over the generator of trace/ids/id-generator.ts.
// Thread: producer. Callers: tracer.ts through checked-ids.ts; user code through `offloop/sdk`.

import { wordToHex } from '../../shared/codec/ids.js';
import { randomNonZeroWord, randomWord } from '../trace/ids/id-generator.js';
import type { IdGenerator } from './types.js';

export class RandomIdGenerator implements IdGenerator {
  generateTraceId(): string {
    return (
      wordToHex(randomWord()) +
      wordToHex(randomWord()) +
      wordToHex(randomWord()) +
      wordToHex(randomNonZeroWord())
    );
  }

  generateSpanId(): string {
    return wordToHex(randomWord()) + wordToHex(randomNonZeroWord());
  }

  generatesRandomTraceIds(): boolean {
    return true;
  }
}
