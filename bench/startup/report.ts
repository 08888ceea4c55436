// What a start-up program is given and prints: types only, so that the program itself loads nothing else.

export interface StartupArgument {
  readonly httpPort: number;
  /** How packages are loaded; those of many files differ by tens of milliseconds. */
  readonly load: 'import' | 'require';
}

export interface StartupReport {
  /** On main: import and start. */
  readonly startMillis: number;
  /** CPU of the main thread within startMillis: less than it while files are read, and untouched by a busy machine. */
  readonly startMainCpuMillis: number;
  /** Resident memory when telemetry is ready. */
  readonly readyBytes: number;
}
