// The phone's network, with a switch that cuts it: what the developer's part of 我的 plays with.
const { SuanpanError } = require('./suanpan.js');

const wire = { isCut: false };

function over(http) {
  return {
    request(asked) {
      return wire.isCut ? Promise.reject(new SuanpanError('E_NETWORK')) : http.request(asked);
    },
  };
}

module.exports = { wire, over };
