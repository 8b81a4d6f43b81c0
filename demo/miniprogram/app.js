const client = require('./shop/client.js');

App({
  // `member` in the launch query opens the cart of that member: a second phone of his.
  onLaunch({ query }) {
    client.open(query && query.member);
  },
  // What changed while nobody looked: another phone's taps, a new book.
  onShow() {
    if (client.phase === 'ready') client.shop.sync().catch(({ code }) => console.warn(code));
  },
});
