// Signs receipts: a few milliseconds of nothing but computing, so it runs in a thread of its own. Spans that are made here
// belong to the request that asked for the signature.

import { createHmac, scryptSync } from 'node:crypto';
import { defineTask, withSpan } from 'offloop';

const SECRET = process.env.SHOP_SECRET ?? 'the secret of an example';

export function signReceipt(text) {
  const key = withSpan('derive key', () => scryptSync(SECRET, 'shop', 32, { cost: 1024 }));
  return createHmac('sha256', key).update(text).digest('base64url');
}

export const signTask = defineTask(import.meta.url, 'signReceipt');
