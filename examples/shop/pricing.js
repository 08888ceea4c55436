// The hot loop: a price for every product on every listing. A template is declared once, so that a span in the
// loop writes its four values and nothing else.

import { recorder } from 'offloop/recorder';

const priceSpan = recorder.template({
  name: 'price product',
  attributes: [
    ['shop.product.id', 'string'],
    ['shop.price.cents', 'int'],
    ['shop.price.discounted', 'boolean'],
    ['shop.price.rate', 'double'],
  ],
});

export function priceList(products, customerSince) {
  return products.map((product) => {
    const span = priceSpan.start();
    const rate = discountRate(product, customerSince);
    const cents = Math.round(product.cents * rate);
    span.end(product.id, cents, rate < 1, rate);
    return { ...product, cents };
  });
}

/** One percent for each year as a customer, at most ten; heavy goods are never discounted. */
function discountRate(product, customerSince) {
  if (product.weightGrams >= 1000) return 1;
  const years = Math.max(0, 2026 - customerSince);
  return 1 - Math.min(years, 10) / 100;
}
