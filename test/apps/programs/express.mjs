import http from 'node:http';
import express from 'express';
import app from './express-app.cjs';

await app({ express, http });
