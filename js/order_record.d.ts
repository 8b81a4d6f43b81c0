import type { OrderRecord, OrderTerms, QuoteRequest, Receipt } from './types.js';

/**
 * The record that `refund` takes, of a receipt with `detail: 'full'` and its request.
 * 由 `detail: 'full'` 的小票生成退款所需的订单记录。
 */
export function orderRecord(
  receipt: Receipt,
  request: QuoteRequest,
  more?: OrderTerms,
): OrderRecord;
