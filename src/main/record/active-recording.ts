// Where spans of this thread go at the moment: set by start(), read by the recorder's templates, which may have been
// made before. Thread: producer.

import type { TracerProvider } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { ScopeFields } from '../../shared/codec/blobs.js';
import type { ActiveContext } from '../context/context-manager.js';
import { threadState } from '../package/thread-state.js';
import type { ScopeSwitch } from '../plug-ins/scope-switch.js';
import type { WordSampler } from '../trace/sampler.js';
import type { Recording } from './recording.js';

export interface ActiveRecording {
  readonly recording: Recording;
  readonly sampler: WordSampler;
  readonly contextManager: ActiveContext;
  /** As spans show it. */
  readonly resource: Resource;
  defineScope(scope: ScopeFields): number;
  /** Which scopes the application has switched off. Undefined: none. */
  readonly scopes?: Pick<ScopeSwitch, 'isFieldsOn'> | undefined;
}

/** Plug-ins of the application see every span: all spans are made by the tracers of this provider. */
export interface ProvidedRecording {
  readonly tracerProvider: TracerProvider;
}

interface State {
  active: ActiveRecording | ProvidedRecording | undefined;
}

const state = threadState<State>('recording', () => ({ active: undefined }));

export function activeRecording(): ActiveRecording | ProvidedRecording | undefined {
  return state().active;
}

export function setActiveRecording(next: ActiveRecording | ProvidedRecording | undefined): void {
  state().active = next;
}
