// What lies in the cart when the demo opens: a flash price with a quota, fruit tea one cup short
// of its second at half price, member prices, and goods that go by parcel, not selected yet.
module.exports = [
  { id: '1', sku: 'm06', qty: 3, options: [{ id: 'large' }, { id: 'pearl' }] },
  { id: '2', sku: 'f01', qty: 1, options: [{ id: 'sugar_50' }, { id: 'ice_less' }] },
  { id: '3', sku: 'c03', qty: 1, options: [{ id: 'hot' }] },
  { id: '4', sku: 'b05', qty: 1 },
  { id: '5', sku: 'g02', qty: 1, selected: false },
];
