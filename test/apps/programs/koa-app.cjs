// Koa with its router: middleware, parameters, a prefix, an error that a middleware turns into an answer.

const { once } = require('node:events');
const { readBody, serve } = require('./serve.cjs');

module.exports = async ({ http, Koa, Router }) => {
  const app = new Koa();
  app.silent = true;
  app.use(async function addHeader(context, next) {
    context.set('x-app', 'koa');
    await next();
  });
  app.use(async function catchErrors(context, next) {
    try {
      await next();
    } catch (error) {
      context.status = 500;
      context.body = { error: error.message };
    }
  });
  const router = new Router();
  router.get('/hello', (context) => {
    context.body = { hello: 'world' };
  });
  router.get('/chain', async (context) => {
    const url = `http://127.0.0.1:${server.address().port}/users/7`;
    const [answer] = await once(http.get(url, { agent: false }), 'response');
    context.body = JSON.parse(await readBody(answer));
  });
  router.get('/throws', async () => {
    throw new Error('thrown by a handler');
  });
  const users = new Router({ prefix: '/users' });
  users.get('/:id', async (context) => {
    context.body = { id: context.params.id };
  });
  users.post('/', async (context) => {
    context.status = 201;
    context.body = await readBody(context.req);
  });
  app.use(router.routes()).use(users.routes());
  const server = http.createServer(app.callback());
  await serve(server);
};
