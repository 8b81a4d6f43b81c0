// Integers become text here and in ../money.js, nowhere else. No Intl: Android mini-programs do
// not have it.
import { yuan } from '../money.js';

export { yuan };

export const shownIfAny = (fen) => (fen > 0 ? yuan(fen) : '');

// For sentences: 500 → '5', 750 → '7.5', 1234 → '12.34'.
export const shortYuan = (fen) => yuan(fen).replace(/\.?0+$/, '');

// 1240 → '1,240', for counts such as points.
export const grouped = (count) => String(count).replace(/\B(?=(\d{3})+$)/g, ',');

// What is left to pay, the way shops say it: 8500 → '8.5折', 5000 → '5折', 0 → '免费'.
export const payRate = (payBp) => (payBp === 0 ? '免费' : String(payBp / 1000) + '折');
