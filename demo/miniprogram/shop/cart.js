// The cart as the shopper left it, and the request it makes. Pure: no wx, no engine.

// coupons: null lets the engine find the best combination, a list is exactly what was picked.
// points: how many to use where they are used at all. address: the place among the member's.
function createCart(lines) {
  return {
    lines, coupons: null, usesPoints: true, points: 'max', fulfilment: 'delivery', address: 0,
  };
}

function changeLine(cart, id, change) {
  const lines = cart.lines.map((line) => (line.id === id ? Object.assign({}, line, change) : line));
  return Object.assign({}, cart, { lines });
}

function setQty(cart, id, qty) {
  if (qty > 0) return changeLine(cart, id, { qty });
  return Object.assign({}, cart, { lines: cart.lines.filter((line) => line.id !== id) });
}

function removeLines(cart, ids) {
  const lines = cart.lines.filter((line) => ids.indexOf(line.id) < 0);
  return Object.assign({}, cart, { lines });
}

function toggleLine(cart, id) {
  const line = cart.lines.find((candidate) => candidate.id === id);
  return changeLine(cart, id, { selected: line.selected === false });
}

function selectAll(cart, selected) {
  const lines = cart.lines.map((line) => Object.assign({}, line, { selected }));
  return Object.assign({}, cart, { lines });
}

// member: the seed's member file. overrides: what a what-if asks differently.
function requestOf(cart, member, overrides) {
  const asked = Object.assign({}, cart, overrides);
  const { coupons, usesPoints, points, fulfilment, address } = asked;
  const request = {
    now: member.now,
    detail: 'full',
    member: member.member,
    lines: cart.lines.map((line) => Object.assign({}, line, { fulfilment })),
    address: { region: member.addresses[address].region },
    coupons: member.coupons,
    points: usesPoints ? points : 0,
  };
  if (coupons) request.pins = { coupons };
  return request;
}

// The coupons after a tap on one of them: taken out, or put in together with all of the others
// that may stand beside it. isLawful(coupons) asks the engine.
function toggleCoupon(isLawful, picked, id) {
  if (picked.indexOf(id) >= 0) return picked.filter((other) => other !== id);
  return picked.reduce((kept, other) => {
    const more = kept.concat(other);
    return isLawful(more) ? more : kept;
  }, [id]);
}

module.exports = {
  createCart, setQty, removeLines, toggleLine, selectAll, toggleCoupon, requestOf,
};
