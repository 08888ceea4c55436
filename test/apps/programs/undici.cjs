const http = require('node:http');
const { Agent, fetch, request } = require('undici');

require('./undici-app.cjs')({ Agent, fetch, http, request });
