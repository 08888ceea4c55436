// Checkout, with spans of its own through @opentelemetry/api: what an application does by hand.

import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { releaseStock, reserveStock } from './stock-client.js';

const tracer = trace.getTracer('shop', '1.0.0');

export class OrderError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

export function placeOrder(product, quantity, card) {
  return tracer.startActiveSpan('checkout', async (span) => {
    span.setAttributes({ 'shop.product.id': product.id, 'shop.order.quantity': quantity });
    try {
      const { reservation } = await reserveStock(product.id, quantity);
      span.addEvent('stock reserved', { 'shop.reservation': reservation });
      try {
        await chargeCard(card, product.cents * quantity);
      } catch (error) {
        await releaseStock(reservation);
        throw error;
      }
      return { reservation, cents: product.cents * quantity };
    } catch (error) {
      fail(span, error);
      throw error;
    } finally {
      span.end();
    }
  });
}

/** The payment provider of this example declines every card that ends in 0002. */
function chargeCard(card, cents) {
  return tracer.startActiveSpan('charge card', { kind: SpanKind.CLIENT }, async (span) => {
    span.setAttribute('shop.payment.cents', cents);
    span.setAttribute('shop.payment.card', `**** ${card.slice(-4)}`);
    try {
      await new Promise((resolve) => setTimeout(resolve, 5));
      if (card.endsWith('0002')) throw new OrderError(402, 'card declined');
      span.setStatus({ code: SpanStatusCode.OK });
    } catch (error) {
      fail(span, error);
      throw error;
    } finally {
      span.end();
    }
  });
}

function fail(span, error) {
  span.recordException(error);
  span.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
}
