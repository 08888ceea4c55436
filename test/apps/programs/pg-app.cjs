// PostgreSQL through pg: pool and client, parameters, a prepared statement, a transaction, callbacks, a statement that
// fails.

const { operations, serve } = require('./serve.cjs');

module.exports = async ({ http, pg }) => {
  // One connection: which of several a query meets would not be the same in every run.
  const pool = new pg.Pool({
    host: '127.0.0.1',
    port: Number(process.env.APP_POSTGRES_PORT),
    user: 'app',
    database: 'postgres',
    max: 1,
  });
  const rows = async (statement, values) => (await pool.query(statement, values)).rows;
  const server = http.createServer(
    operations({
      '/create': () =>
        rows('CREATE TEMPORARY TABLE things (id int PRIMARY KEY, color text NOT NULL)').then(() => 'created'),
      '/insert': () => rows('INSERT INTO things VALUES ($1, $2), ($3, $4)', [1, 'blue', 2, 'red']),
      '/select': () => rows('SELECT * FROM things ORDER BY id'),
      '/prepared': () =>
        rows({ name: 'by-color', text: 'SELECT id FROM things WHERE color = $1', values: ['red'] }),
      '/callback': () =>
        new Promise((resolve, reject) => {
          pool.query('SELECT count(*)::int AS n FROM things', (error, result) =>
            error ? reject(error) : resolve(result.rows),
          );
        }),
      '/transaction': async () => {
        const client = await pool.connect();
        try {
          await client.query('BEGIN');
          await client.query('UPDATE things SET color = $1 WHERE id = $2', ['green', 1]);
          await client.query('COMMIT');
          return 'committed';
        } finally {
          client.release();
        }
      },
      '/broken': () => rows('SELECT nothing FROM nowhere'),
      '/duplicate': () => rows('INSERT INTO things VALUES (1, $1)', ['blue']),
    }),
  );
  await serve(server, { close: () => pool.end() });
};
