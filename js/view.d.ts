// From a receipt to what a page shows: amounts are text already, differences are paths.
import type { Book, QuoteRequest, Receipt, Rule } from './types.js';

/** What the views need to know of a book. Made once per book. 由规则书得到的名称表。 */
export interface Names {
  readonly [table: string]: any;
}

/** Plain JSON for a page; the keys are listed in js/view. 页面数据，金额均为字符串。 */
export interface View {
  [key: string]: any;
}

/** Names, options and rules of a book. 规则书的名称、规格与规则索引，每本书计算一次。 */
export function namesOf(book: { catalog: any; rules: any; text?: any } | null): Names;

/**
 * The cart page. `receipt` is the answer to `request` with `detail: 'full'`; `most` the answer to
 * the same request with `points: 'max'`.
 * 购物车页面数据。
 */
export function receiptView(
  receipt: Receipt, names: Names, options?: { request?: QuoteRequest; most?: Receipt },
): View;

/**
 * Total, count and the button of that page by themselves, for a first paint without names.
 * A receipt with `detail: 'totals'` will do, with its request; then there is no `isFreightOut`.
 * 底栏的合计、件数与按钮；首屏可先于规则文字显示。给出请求时，`detail: 'totals'` 的回执即可（不含 `isFreightOut`）。
 */
export function barView(receipt: Receipt, request?: QuoteRequest): View;

/** What the discounts consist of. 优惠明细面板。 */
export function detailView(receipt: Receipt, names: Names): View;

/** What was taken off one line, and by whom. 一行商品的分摊明细。 */
export function lineCutsView(receipt: Receipt, names: Names, line: string): View;

/**
 * The sheet in which a shopper picks coupons. `best` is the answer without pins, `none` the answer
 * with `pick: 'none'`, for which `detail: 'totals'` is enough: savings are differences to it.
 * 选券面板；所省金额均与不用券时的合计比较。
 */
export function couponSheetView(
  receipt: Receipt, best: Receipt, names: Names, coupons: NonNullable<QuoteRequest['coupons']>,
  none: Receipt,
): View;

/**
 * What a page says about the state of a cart: `{ notice: { kind, text }, lines, gone, rejected,
 * intent, pending }`. `shop` is what createShop gave.
 * 页面状态文案：离线、同步、冲突、被拒操作、待确认订单等。
 */
export function shopView(shop: any, names: Names): View;

/**
 * The sheet 以下商品价格有变化: `{ lines: [{ id, name, from, to }], from, to, isDearer }`.
 * 价格变化面板。
 */
export function changesView(before: Receipt, after: Receipt, names: Names): View;

/**
 * What a shopper reads for a code.
 * 错误码对应的顾客文案。
 */
export function refusalText(code: string, act?: string): string;

/** `'满减'`: what a promotion of this form is called. 活动标签。 */
export function ruleTag(rule: Rule): string;

/** '满30元减5元，满60元减12元': what the rule gives. 活动内容。 */
export function ruleText(rule: Rule, names?: Names): string;

/** ['新人专享（注册30天内）', '每人限购2件', '小程序专享']: its small print. 适用人群、限购与限制。 */
export function ruleTerms(rule: Rule, names?: Names): string[];

/**
 * '再消费¥120升至金卡': how far the member is from the next tier; '' where there is none. The receipt
 * of an empty cart says it for the member as he is. 等级进度。
 */
export function tierText(receipt: Receipt, names: Names): string;

/** The changed paths only: `{ 'lines[3].net': '39.80' }`. 仅含变化路径的 setData 参数。 */
export function patch(prev: View, next: View): { [path: string]: any };

export { yuan } from './types.js';

/**
 * Amounts that change in every line at once, as one text a key, in fen: `'990 1200'`.
 * 每次点击都会变化的金额列合并为一段文本（单位：分），减小 setData。
 */
export function asColumns(lines: readonly View[], keys: readonly string[]): {
  lines: View[];
  columns: { [key: string]: string };
};
