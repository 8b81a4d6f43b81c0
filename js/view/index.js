// From a receipt to what a page shows: integers become strings once, differences become paths.
export { barView } from './bar_view.js';
export { asColumns } from './columns.js';
export { couponSheetView } from './coupon_sheet.js';
export { yuan } from './money.js';
export { namesOf } from './names.js';
export { patch } from './patch.js';
export { detailView, lineCutsView, receiptView } from './receipt_view.js';
export { ruleTag, ruleText } from './rule_text.js';
export { changesView, refusalText, shopView } from './shop_view.js';
export { ruleTerms } from './terms_text.js';
export { tierText } from './tier_text.js';
