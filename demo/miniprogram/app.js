const client = require('./shop/client.js');

App({
  // `member` in the launch query opens the cart of that member: a second phone of his. `handover`
  // is the code of a cart of the page, `share` that of a link which somebody sent.
  async onLaunch({ query }) {
    const { member, handover, share } = query || {};
    await client.open(member);
    if (client.phase !== 'ready') return;
    if (handover) await client.takeOver(handover);
    if (share) await client.cameBy(share);
  },
  // What changed while nobody looked: another phone's taps, a new book.
  onShow() {
    if (client.phase === 'ready') client.shop.sync().catch(({ code }) => console.warn(code));
  },
});
