// Fastify with its own instrumentation, set up by the application as Fastify's documentation says: hooks, parameters, an
// encapsulated plug-in, errors. Its spans go to whatever SDK has registered.

const { once } = require('node:events');
const { readBody, serve } = require('./serve.cjs');

module.exports = async ({ fastify, FastifyOtelInstrumentation, http }) => {
  const app = fastify();
  await app.register(new FastifyOtelInstrumentation().plugin());
  app.addHook('onRequest', async function addHeader(_request, reply) {
    reply.header('x-app', 'fastify');
  });
  app.get('/hello', async () => ({ hello: 'world' }));
  app.register(
    async (users) => {
      users.addHook('preHandler', async function authorize() {});
      users.get('/:id', async (request) => ({ id: request.params.id }));
      users.post('/', (request, reply) => {
        reply.code(201).send(request.body);
      });
    },
    { prefix: '/users' },
  );
  app.get('/chain', async () => {
    const url = `http://127.0.0.1:${app.server.address().port}/users/7`;
    const [answer] = await once(http.get(url, { agent: false }), 'response');
    return JSON.parse(await readBody(answer));
  });
  app.get('/throws', async () => {
    throw new Error('thrown by a handler');
  });
  await app.ready();
  await serve(app.server, { close: () => app.close() });
};
