const http = require('node:http');
const grpc = require('@grpc/grpc-js');
const protoLoader = require('@grpc/proto-loader');

require('./grpc-app.cjs')({ grpc, http, protoLoader });
