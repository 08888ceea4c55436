const { createServer, get, request } = require('node:http');

require('./http-app.cjs')({ createServer, get, request });
