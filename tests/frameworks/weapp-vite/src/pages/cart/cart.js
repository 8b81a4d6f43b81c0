import { cartBehavior } from 'suanpan/view.js';
import { cart, plus, start, view } from '../../shop.js';

Page({
  behaviors: [cartBehavior({ source: cart, view })],
  data: { total: '--', lines: [] },
  onLoad() {
    start();
  },
  onPlus: plus,
});
