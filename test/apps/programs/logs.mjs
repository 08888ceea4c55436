import http from 'node:http';
import bunyan from 'bunyan';
import pino from 'pino';
import winston from 'winston';
import app from './logs-app.cjs';

await app({ bunyan, http, pino, winston });
