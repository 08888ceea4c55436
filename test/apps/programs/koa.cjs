const http = require('node:http');
const Router = require('@koa/router');
const Koa = require('koa');

require('./koa-app.cjs')({ http, Koa, Router: Router.default ?? Router });
