import type { PurchaseHistory, RecommendRequest, Recommendations, TopUps } from './types.js';

/** What a phone keeps of its member's orders. 本机保存的购买记录。 */
export interface LocalHistory {
  readonly count: number;
  readonly spent: number;
  readonly orders: ReadonlyArray<{
    readonly id: string; readonly day: number; readonly skus: readonly string[];
  }>;
}

export const noHistory: LocalHistory;
export function clear(): LocalHistory;
export function learn(history: LocalHistory, order: {
  id: string; time: number; lines: ReadonlyArray<{ sku: string }>; payable?: number;
}): LocalHistory;
export function forEngine(history: LocalHistory): PurchaseHistory;
export function exportText(history: LocalHistory): string;
export function importText(text: string): LocalHistory;

export const shelfTitle: string;
export function shelfCaption(isPersonal: boolean): string;
export function shelfRequest(shelf: {
  lines: ReadonlyArray<{ sku: string }>; now: number; store?: string;
  stock?: { [sku: string]: number }; isPersonal: boolean; count?: number;
}): RecommendRequest;
export function shelfItems(answer: Recommendations): Array<{ sku: string; chip: string }>;
export function moreText(more: number): string;
export function topUpRows(answer: TopUps, pairCount?: number): Array<{
  skus: string[]; price: number; more: number; note: string; isCheaper: boolean;
}>;
