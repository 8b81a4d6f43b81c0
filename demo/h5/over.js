// What lies over the shelf: cart, confirm and done, the sheets, and what is recommended, with the
// texts of rules that they show. The first prices are on the screen before any of it is fetched; the
// first tap finds it there.
import './over.css';

export { cartPage } from './cart_page.js';
export { confirmPage, donePage } from './confirm_page.js';
export { tapCard } from '../shared/member_card.js';
export { developerActs } from './developer_sheet.js';
export { landingActs, landingPage, openLink } from './landing_page.js';
export { ordersPage } from './orders_page.js';
export { openRecommend } from './recommend.js';
export { sheetOf } from './sheets.js';
export { changesView, detailView, receiptView } from 'suanpan/view';
