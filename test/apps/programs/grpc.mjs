import http from 'node:http';
import grpc from '@grpc/grpc-js';
import protoLoader from '@grpc/proto-loader';
import app from './grpc-app.cjs';

await app({ grpc, http, protoLoader });
