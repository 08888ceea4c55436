const http = require('node:http');
const { FastifyOtelInstrumentation } = require('@fastify/otel');
const fastify = require('fastify');

require('./fastify-app.cjs')({ fastify, FastifyOtelInstrumentation, http });
