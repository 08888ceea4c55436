const http = require('node:http');
const bunyan = require('bunyan');
const pino = require('pino');
const winston = require('winston');

require('./logs-app.cjs')({ bunyan, http, pino, winston });
