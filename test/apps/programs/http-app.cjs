// node:http, server and client: answers, posts, errors, a request to itself, a request that nobody takes.

const { once } = require('node:events');
const { readBody, sendJson, serve } = require('./serve.cjs');

module.exports = async ({ createServer, request, get }) => {
  const server = createServer(async (incoming, response) => {
    const { pathname, searchParams } = new URL(incoming.url, 'http://localhost');
    const own = (path) => `http://127.0.0.1:${server.address().port}${path}`;
    if (pathname === '/hello') return sendJson(response, 200, { hello: searchParams.get('name') ?? 'world' });
    if (pathname === '/echo') {
      const body = await readBody(incoming);
      return response.writeHead(201, { 'content-type': 'text/plain' }).end(body);
    }
    if (pathname === '/chain') {
      const [answer] = await once(get(own('/hello?name=chain'), { agent: false }), 'response');
      const posting = request(own('/echo'), { method: 'POST', agent: false });
      posting.end('chained');
      const [echoed] = await once(posting, 'response');
      return sendJson(response, 200, [await readBody(answer), await readBody(echoed)]);
    }
    if (pathname === '/parallel') {
      const answers = await Promise.all(
        ['a', 'b', 'c'].map(async (name) => {
          const [answer] = await once(get(own(`/hello?name=${name}`), { agent: false }), 'response');
          return readBody(answer);
        }),
      );
      return sendJson(response, 200, answers);
    }
    if (pathname === '/refused') {
      // Port 9 is the discard service, where nobody listens.
      const refused = get('http://127.0.0.1:9/', { agent: false });
      const [error] = await once(refused, 'error');
      return sendJson(response, 502, { error: error.code });
    }
    if (pathname === '/fail') return sendJson(response, 500, { error: 'failed' });
    sendJson(response, 404, { error: 'not found' });
  });
  await serve(server);
};
