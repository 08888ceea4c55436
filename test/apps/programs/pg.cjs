const http = require('node:http');
const pg = require('pg');

require('./pg-app.cjs')({ http, pg });
