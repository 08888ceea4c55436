import http from 'node:http';
import { Redis } from 'ioredis';
import app from './ioredis-app.cjs';

await app({ http, Redis });
