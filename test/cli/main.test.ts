import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { checkCommand } from '../../src/cli/check-command.js';
import { parseDemoOptions, resolveDemoTarget } from '../../src/cli/demo/demo-options.js';
import { main } from '../../src/cli/main.js';
import { USAGE } from '../../src/cli/usage.js';

let stdout = '';
let stderr = '';
beforeEach(() => {
  stdout = '';
  stderr = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    stdout += text;
    return true;
  });
  vi.spyOn(console, 'log').mockImplementation((text) => {
    stdout += `${text}\n`;
  });
  vi.spyOn(console, 'error').mockImplementation((text) => {
    stderr += `${text}\n`;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
});

test.each([[['--help']], [['-h']], [['demo', '--help']], [['receiver', '-h']]])(
  '%j prints the usage',
  async (args) => {
    expect([await main(args), stdout, stderr]).toEqual([0, USAGE, '']);
  },
);

test.each([['--version'], ['-v']])('%s prints the version of the package', async (option) => {
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  expect([await main([option]), stdout]).toEqual([0, `${manifest.version}\n`]);
});

test.each([
  [[], 'a command is needed'],
  [['frobnicate'], 'there is no command "frobnicate"'],
  [['toString'], 'there is no command "toString"'],
  [['--frobnicate'], "Unknown option '--frobnicate'"],
  [['demo', '--frobnicate'], "Unknown option '--frobnicate'"],
  [['demo', 'now'], "Unexpected argument 'now'"],
  [['demo', '--seconds', '0'], '--seconds is "0", it must be a whole number from 1 to 3600'],
  [['demo', '--seconds', '3601'], '--seconds is "3601"'],
  [['demo', '--seconds', '1.5'], '--seconds is "1.5"'],
  [['demo', '--clients', '257'], '--clients is "257", it must be a whole number from 1 to 256'],
  [['receiver', '--http-port', '65536'], '--http-port is "65536", it must be a port from 0 to 65535'],
  [['receiver', '--grpc-port', 'x'], '--grpc-port is "x"'],
  [['receiver', '--grpc-port'], "Option '--grpc-port <value>' argument missing"],
  [['check', 'that'], "Unexpected argument 'that'"],
])('%j is a usage error: status 2, the reason and the usage on stderr', async (args, reason) => {
  expect(await main(args)).toBe(2);
  expect(stderr).toContain(`offloop: ${reason}`);
  expect(stderr).toContain(USAGE);
  expect(stdout).toBe('');
});

test('takes the first and the last of the allowed seconds and clients', () => {
  expect(parseDemoOptions([])).toEqual({ seconds: 10, clients: 8 });
  expect(parseDemoOptions(['--seconds', '1', '--clients=1'])).toEqual({ seconds: 1, clients: 1 });
  expect(parseDemoOptions(['--seconds=3600', '--clients', '256'])).toEqual({ seconds: 3_600, clients: 256 });
});

test('receiver says which port it cannot have and how to choose another', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as { port: number };
  expect(await main(['receiver', '--http-port', String(port), '--grpc-port', '0'])).toBe(1);
  expect(stderr).toContain(`EADDRINUSE: address already in use 127.0.0.1:${port}`);
  expect(stderr).toContain('--http-port');
  await new Promise((resolve) => other.close(resolve));
});

test('check prints the configuration of the environment, and hides the values of headers', () => {
  const environment = {
    OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
    OTEL_EXPORTER_OTLP_HEADERS: 'api-key=secret',
    OFFLOOP_WORKERS: '2',
  };
  expect(checkCommand([], environment)).toBe(0);
  expect(stdout).toMatch(/^workers +2$/m);
  expect(stdout).toMatch(/^exporter\.protocol +grpc$/m);
  expect(stdout).toMatch(/^exporter\.headers\.api-key +\(hidden\)$/m);
  expect(stdout).not.toContain('secret');
  expect(stderr).toBe('');
});

test.each([
  ['OTEL_CONFIG_FILE', 'none of the variables'],
  ['OTEL_EXPERIMENTAL_CONFIG_FILE', 'none of the variables'],
  ['OFFLOOP_ENV_FILE', 'not shown here'],
])('check says that it does not look into the file of %s', (name, note) => {
  expect(checkCommand([], { [name]: ' ' })).toBe(0);
  expect(stderr).toBe('');
  expect(checkCommand([], { [name]: 'some.file' })).toBe(1);
  expect(stderr).toMatch(new RegExp(`${name} is set: .*${note}`));
});

test('check answers wrong values with status 1 and names each of them', () => {
  expect(checkCommand([], { OFFLOOP_WORKERS: '17', OTEL_BSP_SCHEDULE_DELAY: 'soon' })).toBe(1);
  expect(stderr).toContain('2 things are wrong');
  expect(stderr).toContain('OFFLOOP_WORKERS is "17"');
  expect(stderr).toContain('OTEL_BSP_SCHEDULE_DELAY is "soon"');
  expect(stdout).toMatch(/^workers +1$/m);
});

test('the demo brings its own receiver unless an endpoint is set', () => {
  expect(resolveDemoTarget({ OTEL_EXPORTER_OTLP_ENDPOINT: ' ' })).toMatchObject({
    external: undefined,
    protocol: 'http/protobuf',
    workers: 1,
  });
  expect(
    resolveDemoTarget({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318', OFFLOOP_WORKERS: '0' }),
  ).toMatchObject({ external: 'http://collector:4318/v1/traces', workers: 0 });
  expect(
    resolveDemoTarget({
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://collector:4317',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
    }),
  ).toMatchObject({ external: 'http://collector:4317', protocol: 'grpc' });
});
