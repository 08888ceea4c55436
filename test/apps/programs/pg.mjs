import http from 'node:http';
import pg from 'pg';
import app from './pg-app.cjs';

await app({ http, pg });
