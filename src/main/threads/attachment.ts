// Attaches this thread to the export pool of another one, if there is one. Thread: any of the application's. Caller: runtime.ts.

import { threadId } from 'node:worker_threads';
import type { AnyValue } from '../../shared/codec/any-value.js';
import type { ResolvedConfig } from '../../shared/config/resolved-config.js';
import { PRODUCERS_MAX } from '../../shared/limits.js';
import type { PoolOffer } from '../../shared/pool/pool-messages.js';
import { PoolWords } from '../../shared/pool/pool-words.js';
import type { GivenOptions } from '../config-file/configure.js';
import { causeOf, report } from '../lifecycle/diagnostics.js';
import { adoptUnixMillisAtMonotonicZero } from '../lifecycle/process-clock.js';
import type { ResourceView } from '../plug-ins/runtime-resource.js';
import { AttachedLanes } from './attached-lanes.js';
import { findPool } from './pool-offer.js';
import { overruledOptions, pooledConfig } from './pooled-config.js';

export interface Attachment {
  readonly config: ResolvedConfig;
  readonly resource: ResourceView;
  readonly lanes: AttachedLanes;
}

/** `given` are this thread's own options, `own` what they and its variables come to. Undefined: it exports by itself. */
export function attachToPool(given: GivenOptions, own: ResolvedConfig): Attachment | undefined {
  const offer = findPool();
  if (offer === undefined) return undefined;
  const config = pooledConfig(offer.config, own);
  const lanes = attachTo(offer, config);
  if (lanes === undefined) return undefined;
  const overruled = [...overruledOptions(given.options, own, config)];
  if (given.plugIns.resource !== undefined) overruled.push('resource');
  if (given.plugIns.meterProvider !== undefined) overruled.push('meterProvider');
  if (overruled.length > 0) {
    const names = overruled.join(', ');
    report(
      'warn',
      'overruled options',
      `ignored in this thread: ${names}; it records into the workers of another thread, whose configuration counts`,
    );
  }
  return { config, resource: new OfferedResource(offer.resource), lanes };
}

/** Undefined: there is no place, or no memory, for one more thread. That is reported; the pool counts the former. */
function attachTo(offer: PoolOffer, config: ResolvedConfig): AttachedLanes | undefined {
  const words = new PoolWords(offer.words);
  const place = words.takePlace(threadId);
  if (place === undefined) {
    const message = `${PRODUCERS_MAX} threads record into one export pool already: this one exports by itself`;
    report('warn', 'pool full', message);
    return undefined;
  }
  adoptUnixMillisAtMonotonicZero(offer.unixMillisAtMonotonicZero);
  try {
    return new AttachedLanes(place, offer, words, config);
  } catch (error) {
    words.leavePlace(place.index);
    report('error', 'attach', `this thread exports by itself: ${causeOf(error)}`);
    return undefined;
  }
}

/** The pool's resource, as it was when this thread was made. */
class OfferedResource implements ResourceView {
  readonly version = 1;
  readonly settled = undefined;
  readonly attributes: ReadonlyMap<string, AnyValue>;
  readonly schemaUrl: string;
  readonly entities: PoolOffer['resource']['entities'];

  constructor({ attributes, schemaUrl, entities }: PoolOffer['resource']) {
    this.entities = entities;
    this.attributes = new Map(attributes);
    this.schemaUrl = schemaUrl;
  }
}
