// The version that `telemetry.sdk.version` and the user agent state; a test compares it with package.json.

export const OFFLOOP_VERSION = '0.1.0';
