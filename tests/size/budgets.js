// What the shipped files may weigh, in bytes. A budget is raised by hand and with a reason.
export const budgets = {
  // The whole rule language, the signed protocol and recommendation in one module, and pricing
  // alone. The goals are 54 and 42 KB; the readers of books, the search and the gives are where the
  // next bytes are. Until then these numbers keep them from growing. The bounds that prove wallets
  // of 30 coupons and more take 3.6 KB, the written out arithmetic of P-256 and SHA-256 1.9 KB (a
  // third of the time without JIT), what 凑单 knows of kinds of goods 800 bytes, 1.8 KB what gifts
  // share, sets lack and a coupon may lose once freight is known, 1 KB reading a book in half the
  // steps, 900 bytes the shares of payers and what was counted on and is used up or over, 500 bytes
  // pricing a cart in a sixth fewer steps, 300 the last passes of a search, 300 the pairs of a
  // model, and 600 bytes reading it and bounding what completes a cart. Conditions of members in
  // all, any and not, quotas by line or by price, carts of several types of orders and gifts that
  // weigh take 1.1 KB, fees that rules take 800 bytes, a book that comes in short steps 400, a page
  // of cards in half its steps 400, parsing a signed book in pieces and models and shelves in a
  // quarter fewer steps 250 each, 170 a cart of 200 lines and 50 rules in a quarter fewer, 340 the
  // cards that are sold.
  wasm_brotli_bytes_max: 107_450,
  pricing_wasm_brotli_bytes_max: 87_800,
  more_brotli_bytes_max: 19_700,
  // What a mini-program carries by default, raw as it counts for the 2 MB of a package: the module
  // and what `require('suanpan')` brings; and all scripts of miniprogram_dist, of which 3 KB check
  // what a page hands over, and know of lost answers and other devices, 300 bytes load a book in
  // steps, 1.4 KB name what carts, pages and options lack, 600 bytes spare the engine what it was
  // asked before and a phone without a network what it has replayed, and 600 bytes have the totals
  // of a tap before its receipt.
  miniprogram_default_bytes_max: 110 * 1024,
  miniprogram_scripts_bytes_max: 103_300,
  // The JavaScript twin of that module, for a subpackage, and the one with the whole protocol, for
  // pages. The first keeps to its goal of 120 KB compressed.
  twin_bytes_max: 416 * 1024,
  twin_brotli_bytes_max: 120 * 1024,
  full_twin_brotli_bytes_max: 147_000,
  // What the H5 page of the demo fetches until its goods are shown, compressed, its model of
  // recommendations included where it comes early. The goal is 110 KB; the module is most of it,
  // and a smaller one first would only put off the member's prices until the whole one is there.
  h5_first_load_bytes_max: 160 * 1024,
  // The memory that every instance takes before the first call.
  initial_memory_bytes_max: 512 * 1024,
};
