// How the shop talks to the stock service. The undici instrumentation sees every fetch and sends the trace along.

const base = process.env.STOCK_URL ?? 'http://127.0.0.1:3001';

export async function fetchStock(productId) {
  const response = await fetch(`${base}/stock/${encodeURIComponent(productId)}`);
  if (!response.ok) throw new Error(`the stock service answered ${response.status}`);
  return response.json();
}

export async function reserveStock(productId, quantity) {
  const response = await fetch(`${base}/reservations`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ productId, quantity }),
  });
  if (!response.ok) throw new Error(`the stock service answered ${response.status}`);
  return response.json();
}

export async function releaseStock(reservation) {
  const response = await fetch(`${base}/reservations/${encodeURIComponent(reservation)}`, {
    method: 'DELETE',
  });
  // An answer that nobody reads keeps its connection busy.
  await response.arrayBuffer();
}
