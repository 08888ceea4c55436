// undici as a client, and Node's own fetch: answers, posts, errors, requests side by side.

const { operations, readBody, serve } = require('./serve.cjs');

module.exports = async ({ Agent, fetch: undiciFetch, http, request }) => {
  const upstream = http.createServer(async (incoming, response) => {
    const body = await readBody(incoming);
    response.writeHead(incoming.url === '/missing' ? 404 : 200, { 'content-type': 'text/plain' });
    response.end(`${incoming.method} ${body}`);
  });
  await new Promise((resolve) => upstream.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${upstream.address().port}`;
  // Connections of its own, closed at the end: the process must be able to end by itself.
  const dispatcher = new Agent();
  const send = async (url, options) => {
    const { statusCode, body } = await request(url, { ...options, dispatcher });
    return `${statusCode} ${await body.text()}`;
  };
  const server = http.createServer(
    operations({
      '/get': () => send(`${origin}/things?color=blue`),
      '/post': () =>
        send(`${origin}/things`, { method: 'POST', body: 'new', headers: { 'user-agent': 'app/1' } }),
      '/missing': () => send(`${origin}/missing`),
      '/refused': () => send('http://127.0.0.1:9/'),
      '/fetch': async () => (await undiciFetch(`${origin}/fetched`, { dispatcher })).text(),
      '/node-fetch': async () =>
        (await fetch(`${origin}/fetched`, { headers: { connection: 'close' } })).text(),
      '/parallel': () => Promise.all(['a', 'b', 'c'].map((name) => send(`${origin}/${name}`))),
    }),
  );
  const close = async () => {
    await dispatcher.close();
    upstream.close();
    upstream.closeAllConnections();
  };
  await serve(server, { otherPorts: { upstream: upstream.address().port }, close });
};
