// <total-bar>: the bar at the bottom of the menu and the cart, told of a tap before its page is.
//
// A setData runs through the whole template of what it is called on, all lines of a cart even if
// it names the total alone. So the bar is a component with a setData of its own, a few nodes; the
// page follows in a task behind it (shop_page.js).
const suanpan = require('../../shop/suanpan.js');
const client = require('../../shop/client.js');

Component({
  // The way to the cart with the number of pieces; whether the page shows its details.
  properties: { hasBag: Boolean, isOpen: Boolean },

  data: {
    total: '--', totalNote: '', isFreightOut: false, saved: '', count: '0',
    submit: { text: '去结算', isEnabled: false },
  },

  lifetimes: {
    attached() {
      let bar = {};
      const view = () => {
        const priced = client.phase === 'ready' ? client.priced() : null;
        if (priced !== null) bar = suanpan.barView(priced.receipt, priced.request);
        return bar;
      };
      this.binding = suanpan.bindPage({ view, apply: (changes) => this.setData(changes) });
      this.stop = () => {};
      this.listen();
    },
    detached() {
      this.stop();
    },
  },

  // Under another page nothing is painted.
  pageLifetimes: {
    show() {
      this.listen();
    },
    hide() {
      this.stop();
    },
  },

  methods: {
    listen() {
      this.stop();
      this.stop = client.subscribe(this.binding.hear);
      this.binding.paintNow();
    },
    onCart() {
      this.triggerEvent('cart');
    },
    onDetails() {
      this.triggerEvent('details');
    },
    onSubmit() {
      if (this.data.submit.isEnabled) this.triggerEvent('submit');
    },
  },
});
