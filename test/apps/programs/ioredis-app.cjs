// Redis through ioredis: commands, a pipeline, a transaction, a script, a command that fails.

const { operations, serve } = require('./serve.cjs');

module.exports = async ({ http, Redis }) => {
  const redis = new Redis({ host: '127.0.0.1', port: Number(process.env.APP_REDIS_PORT), lazyConnect: true });
  const server = http.createServer(
    operations({
      '/connect': () => redis.connect().then(() => redis.flushall()),
      '/set': () => redis.set('color', 'blue', 'EX', 60),
      '/get': () => redis.get('color'),
      '/pipeline': () => redis.pipeline().set('n', 1).incr('n').get('n').exec(),
      '/multi': () => redis.multi().hset('thing', 'color', 'red').hgetall('thing').exec(),
      '/script': () => redis.eval('return redis.call("get", KEYS[1])', 1, 'color'),
      '/parallel': () => Promise.all(['a', 'b', 'c'].map((key) => redis.set(key, key))),
      '/wrong-type': () => redis.lpush('color', 'red'),
    }),
  );
  await serve(server, { close: () => redis.quit() });
};
