// HOT. One level and target, asked at every call of a traced function: remembers the answer until the directives change.
// Thread: producer. Callers: the tracing functions.

import type { Level } from '../../shared/config/level-directives.js';
import { isEnabled, levelsGeneration } from './levels.js';

export class LevelGate {
  readonly level: Level;
  readonly target: string;
  #generation = -1;
  #isOpen = false;

  constructor(level: Level, target: string) {
    this.level = level;
    this.target = target;
  }

  isOpen(): boolean {
    const generation = levelsGeneration();
    if (this.#generation !== generation) {
      this.#generation = generation;
      this.#isOpen = isEnabled(this.level, this.target);
    }
    return this.#isOpen;
  }
}
