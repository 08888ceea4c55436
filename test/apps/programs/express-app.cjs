// Express: middleware, parameters, a router below a path, an asynchronous handler that throws, an error handler.

const { once } = require('node:events');
const { readBody, serve } = require('./serve.cjs');

module.exports = async ({ express, http }) => {
  const app = express();
  app.use(express.json());
  app.use(function addHeader(_request, response, next) {
    response.setHeader('x-app', 'express');
    setImmediate(next);
  });
  app.get('/hello', (_request, response) => {
    response.json({ hello: 'world' });
  });
  const users = express.Router();
  users.get('/:id', async (request, response) => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    response.json({ id: request.params.id });
  });
  users.post('/', (request, response) => {
    response.status(201).json(request.body);
  });
  app.use('/users', users);
  app.get('/chain', async (_request, response) => {
    const url = `http://127.0.0.1:${server.address().port}/users/7`;
    const [answer] = await once(http.get(url, { agent: false }), 'response');
    response.json(JSON.parse(await readBody(answer)));
  });
  app.get('/throws', async () => {
    throw new Error('thrown by a handler');
  });
  app.use(function onError(error, _request, response, _next) {
    response.status(500).json({ error: error.message });
  });
  const server = http.createServer(app);
  await serve(server);
};
