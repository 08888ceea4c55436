// The help text, and the error for arguments that do not follow it. Command line only.

export const USAGE = `Usage: offloop <command> [options]

  demo        run the example shop with offloop, send it requests, account for every span
                --seconds N      how long to send requests (1 to 3600, default 10)
                --clients N      concurrent keep-alive clients (1 to 256, default 8)
              OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_PROTOCOL and OFFLOOP_WORKERS are
              respected; without an endpoint the demo sends to a receiver of its own.

  receiver    a local OTLP receiver that prints traces as trees
                --http-port N    default 4318; 0 means any free port
                --grpc-port N    default 4317; 0 means any free port

  check       print the configuration that the environment (OTEL_*, OFFLOOP_*) gives;
              status 1 if a value is wrong

  --help      this text
  --version   the version of offloop
`;

/** The message is for the user; the command line answers with status 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
