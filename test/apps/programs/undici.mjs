import http from 'node:http';
import { Agent, fetch, request } from 'undici';
import app from './undici-app.cjs';

await app({ Agent, fetch, http, request });
