// The shop: lists products, shows one, takes orders. Knows nothing of tracing except where it wants to.

import express from 'express';
import { findProduct, products } from './catalog.js';
import { OrderError, placeOrder } from './orders.js';
import { priceList } from './pricing.js';
import { writeReceipt } from './receipt.js';
import { serve } from './serve.js';
import { fetchStock } from './stock-client.js';

const app = express();
app.use(express.json());

app.get('/products', (request, response) => {
  response.json(priceList(products, Number(request.query.customerSince ?? 2026)));
});

app.get('/products/:id', async (request, response) => {
  const product = findProduct(request.params.id);
  if (product === undefined) return response.status(404).json({ error: 'no such product' });
  const { available } = await fetchStock(product.id);
  const [priced] = priceList([product], Number(request.query.customerSince ?? 2026));
  response.json({ ...priced, available });
});

app.post('/orders', async (request, response) => {
  const { productId, quantity, card } = request.body ?? {};
  const product = findProduct(productId);
  if (product === undefined || !(quantity > 0) || typeof card !== 'string') {
    return response.status(400).json({ error: 'productId, quantity and card are needed' });
  }
  const order = await placeOrder(product, quantity, card);
  response.status(201).json({ ...order, receipt: await writeReceipt(product, quantity) });
});

// A bug, kept for the sake of the example: it answers 500.
app.get('/recommendations', (request) => {
  return request.session.history.at(-1);
});

app.use((error, _request, response, _next) => {
  response.status(error instanceof OrderError ? error.status : 500).json({ error: error.message });
});

serve('shop', app, 3000);
