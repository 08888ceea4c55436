const http = require('node:http');
const { Redis } = require('ioredis');

require('./ioredis-app.cjs')({ http, Redis });
