// What the test asks each program for, one request after the other: the same under both SDKs. Caller: apps.test.ts.

export interface AppRequest {
  readonly path: string;
  readonly method?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The answer's status; 200 if absent. */
  readonly status?: number;
}

const REMOTE_PARENT = {
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  tracestate: 'vendor=state',
};
const NOT_SAMPLED = { traceparent: '00-1af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00' };
const JSON_BODY = { 'content-type': 'application/json' };

const operations = (paths: readonly string[], failing: readonly string[] = []): AppRequest[] => [
  ...paths.map((path) => ({ path })),
  ...failing.map((path) => ({ path, status: 500 })),
];

/** The frameworks have the same routes. */
const FRAMEWORK: readonly AppRequest[] = [
  { path: '/hello' },
  { path: '/hello', headers: REMOTE_PARENT },
  { path: '/hello', headers: NOT_SAMPLED },
  { path: '/users/42?full=yes' },
  { path: '/users', method: 'POST', body: '{"name":"Ada"}', headers: JSON_BODY, status: 201 },
  { path: '/chain' },
  { path: '/throws', status: 500 },
  { path: '/nowhere', status: 404 },
];

export const APP_REQUESTS: Readonly<Record<string, readonly AppRequest[]>> = {
  http: [
    { path: '/hello?name=Ada', headers: { 'user-agent': 'test/1.0', 'x-forwarded-for': '203.0.113.7' } },
    { path: '/hello', headers: REMOTE_PARENT },
    { path: '/hello', headers: NOT_SAMPLED },
    { path: '/hello', headers: { traceparent: 'no-trace-parent' } },
    { path: '/echo', method: 'POST', body: 'a text', status: 201 },
    { path: '/chain', headers: REMOTE_PARENT },
    { path: '/parallel' },
    { path: '/refused', status: 502 },
    { path: '/fail', status: 500 },
    { path: '/missing', status: 404 },
  ],
  express: FRAMEWORK,
  fastify: FRAMEWORK,
  koa: FRAMEWORK,
  logs: [...operations(['/bunyan', '/pino', '/winston']), { path: '/read', headers: REMOTE_PARENT }],
  undici: operations(['/get', '/post', '/missing', '/fetch', '/node-fetch', '/parallel'], ['/refused']),
  grpc: operations(['/greet', '/split', '/join', '/repeat'], ['/refuse', '/wait']),
  pg: operations(
    ['/create', '/insert', '/select', '/prepared', '/callback', '/transaction'],
    ['/broken', '/duplicate'],
  ),
  ioredis: operations(
    ['/connect', '/set', '/get', '/pipeline', '/multi', '/script', '/parallel'],
    ['/wrong-type'],
  ),
};
