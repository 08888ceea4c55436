import { createServer, get, request } from 'node:http';
import app from './http-app.cjs';

await app({ createServer, get, request });
