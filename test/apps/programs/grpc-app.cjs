// gRPC, client and server: all four kinds of call, an error with a status, a deadline.

const { join } = require('node:path');
const { operations, serve } = require('./serve.cjs');

module.exports = async ({ grpc, http, protoLoader }) => {
  const definition = protoLoader.loadSync(join(__dirname, 'greeter.proto'));
  const { Greeter } = grpc.loadPackageDefinition(definition).greeter.v1;
  const rpc = new grpc.Server();
  rpc.addService(Greeter.service, {
    greet: (call, callback) => setImmediate(callback, null, { text: `hello ${call.request.text}` }),
    split: (call) => {
      for (const text of call.request.text) call.write({ text });
      call.end();
    },
    join: (call, callback) => {
      let text = '';
      call.on('data', (part) => {
        text += part.text;
      });
      call.on('end', () => callback(null, { text }));
    },
    repeat: (call) => {
      call.on('data', (part) => call.write(part));
      call.on('end', () => call.end());
    },
    refuse: (_call, callback) => callback({ code: grpc.status.NOT_FOUND, details: 'nobody here' }),
    // Answers when the client has gone.
    wait: (call, callback) => {
      call.on('cancelled', () => {
        callback(null, { text: 'late' });
      });
    },
  });
  const rpcPort = await new Promise((resolve, reject) => {
    rpc.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) =>
      error === null ? resolve(port) : reject(error),
    );
  });
  const client = new Greeter(`127.0.0.1:${rpcPort}`, grpc.credentials.createInsecure());
  const unary = (method, text, options = {}) =>
    new Promise((resolve, reject) => {
      client[method]({ text }, new grpc.Metadata(), options, (error, answer) =>
        error === null ? resolve(answer.text) : reject(error),
      );
    });
  const collect = (stream) =>
    new Promise((resolve, reject) => {
      const texts = [];
      stream.on('data', ({ text }) => texts.push(text));
      stream.on('end', () => resolve(texts));
      stream.on('error', reject);
    });
  const server = http.createServer(
    operations({
      '/greet': () => unary('greet', 'world'),
      '/split': () => collect(client.split({ text: 'abc' })),
      '/join': () =>
        new Promise((resolve, reject) => {
          const call = client.join((error, answer) =>
            error === null ? resolve(answer.text) : reject(error),
          );
          for (const text of 'abc') call.write({ text });
          call.end();
        }),
      '/repeat': () => {
        const call = client.repeat();
        const collected = collect(call);
        for (const text of 'abc') call.write({ text });
        call.end();
        return collected;
      },
      '/refuse': () => unary('refuse', 'world'),
      '/wait': () => unary('wait', 'world', { deadline: Date.now() + 200 }),
    }),
  );
  const close = async () => {
    client.close();
    await new Promise((resolve) => rpc.tryShutdown(resolve));
  };
  await serve(server, { otherPorts: { rpc: rpcPort }, close });
};
