// Times as shops write them, for coupons that have some: an adapter puts them into the wallet as
// `from` and `to`. This shop's server sends none.
const { SuanpanError } = require('suanpan');

const refuse = (path, value) => {
  throw new SuanpanError('E_TYPE', path, `not a time: ${value}`);
};

const shopZone = '+08:00';

// Unix seconds of 1762790400, of milliseconds, '2025-11-11 00:00:00' (the shop's clock) or
// '2025-11-11T00:00:00+08:00'. Not by Date.parse, which phones read differently.
function timeOf(value, path) {
  const digits = /^(\d{10})(\d{3})?$/.exec(String(value));
  if (digits) return Number(digits[1]);
  const [, date = '', clock = '00:00', zone = shopZone] =
    /^([\d/-]+)(?:[ T]([\d:]+)(?:\.\d+)?)?(Z|[+-]\d\d:\d\d)?$/.exec(String(value)) || [];
  const day = /^(\d{4})[-/](\d\d?)[-/](\d\d?)$/.exec(date);
  const time = /^([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?$/.exec(clock);
  if (!day || !time) return refuse(path, value);
  const midnight = new Date(Date.UTC(day[1], day[2] - 1, day[3]));
  if (midnight.getUTCMonth() + 1 !== Number(day[2])) refuse(path, value);
  const [hours, minutes] = zone === 'Z' ? [0, 0] : zone.slice(1).split(':');
  const east = (zone[0] === '-' ? -60 : 60) * (hours * 60 + Number(minutes));
  return midnight / 1000 + time[1] * 3600 + time[2] * 60 + Number(time[3] || 0) - east;
}

module.exports = { timeOf };
