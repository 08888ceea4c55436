// Listens, and ends well: on SIGTERM or Ctrl-C no new request is taken, those under way are answered, and then
// the process ends because nothing is left to do. There is no process.exit() and no flush: offloop needs neither.

export function serve(name, app, defaultPort) {
  const server = app.listen(Number(process.env.PORT ?? defaultPort), '127.0.0.1', (error) => {
    if (error) throw error;
    console.log(`${name} listening on http://127.0.0.1:${server.address().port}`);
  });
  for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => server.close());
}
