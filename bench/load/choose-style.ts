// Picks the recording style of a variant for a subject. Called by the tasks.

import type { Subject } from '../subjects/subject.ts';
import { type RecordSpan, withOptions, withSetters } from './styles.ts';

export type StyleName = 'api' | 'api-set' | 'recorder';

/** The sum keeps V8 from removing the idle generator's work. */
let checksum = 0;

export function chooseStyle(subject: Subject, style: string): RecordSpan {
  if (subject.tracer === undefined) {
    return (values) => {
      checksum =
        (checksum + values.name.length + values.user.length + values.status + (values.hit ? 1 : 0)) | 0;
    };
  }
  if (style === 'api') return withOptions(subject.tracer);
  if (style === 'api-set') return withSetters(subject.tracer);
  if (style !== 'recorder') throw new Error(`unknown style ${style}`);
  if (subject.recordTemplate === undefined) throw new Error('this subject has no recorder');
  return subject.recordTemplate;
}
