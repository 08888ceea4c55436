// A signed receipt for every order: a synchronous function, a stream and work for another thread, in one trace. offloop's own
// functions make the spans; the same functions do their work without it.

import { runBlocking, traced, tracedStream } from 'offloop';
import { signTask } from './sign.js';

const TAX_RATE = 0.07;

const itemize = traced(
  function itemize(product, quantity) {
    const net = product.cents * quantity;
    return { net, tax: Math.round(net * TAX_RATE) };
  },
  {
    record: ['product.id', 'quantity'],
    result: ({ net, tax }) => ({ 'shop.cents.net': net, 'shop.cents.tax': tax }),
  },
);

async function* receiptLines(product, quantity) {
  const { net, tax } = itemize(product, quantity);
  yield `${quantity} x ${product.name}  ${net}\n`;
  yield `tax  ${tax}\n`;
  yield `total  ${net + tax}\n`;
}

export const writeReceipt = traced('write receipt', async (product, quantity) => {
  let text = '';
  for await (const line of tracedStream(receiptLines(product, quantity), { name: 'receipt lines' }))
    text += line;
  return { text, signature: await runBlocking(signTask, [text]) };
});
