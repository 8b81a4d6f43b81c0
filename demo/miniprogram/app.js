const client = require('./shop/client.js');

App({
  // `member` in the launch query opens the cart of that member: a second phone of his.
  onLaunch({ query }) {
    client.open(query && query.member);
  },
});
