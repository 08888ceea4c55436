// The package's version: user agent of the exporters, telemetry.sdk.version. Thread: any.
// A test compares it with package.json.

export const VERSION = '0.1.0';
