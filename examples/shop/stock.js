// The stock service: how many of a product there are, and reservations.

import express from 'express';
import { serve } from './serve.js';

const app = express();
app.use(express.json());

const reservations = new Map();
let lastReservation = 0;

app.get('/stock/:productId', (request, response) => {
  let reserved = 0;
  for (const { productId, quantity } of reservations.values()) {
    if (productId === request.params.productId) reserved += quantity;
  }
  response.json({ available: Math.max(0, 1_000_000 - reserved) });
});

app.post('/reservations', (request, response) => {
  const { productId, quantity } = request.body;
  const reservation = `r${++lastReservation}`;
  reservations.set(reservation, { productId, quantity });
  // Reservations expire; the oldest one goes first.
  if (reservations.size > 100) reservations.delete(reservations.keys().next().value);
  response.status(201).json({ reservation });
});

app.delete('/reservations/:reservation', (request, response) => {
  response.status(reservations.delete(request.params.reservation) ? 204 : 404).end();
});

serve('stock', app, 3001);
