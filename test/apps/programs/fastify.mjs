import http from 'node:http';
import otel from '@fastify/otel';
import fastify from 'fastify';
import app from './fastify-app.cjs';

await app({ fastify, FastifyOtelInstrumentation: otel.FastifyOtelInstrumentation, http });
