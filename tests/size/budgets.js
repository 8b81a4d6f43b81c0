// What the shipped files may weigh, in bytes. A budget is raised by hand and with a reason.
export const budgets = {
  // The whole rule language in one module. The goal for all of it is 42 KB; the readers of books,
  // the search and the gives are where the next bytes are. Until then this number keeps it from
  // growing. The prices of lines took 2 KB: carts whose promotions share lines pay 1 % less by
  // them, in less than half the time.
  wasm_brotli_bytes_max: 72_000,
  // What a mini-program carries by default, raw as it counts for the 2 MB of a package: module and
  // engine alone, and with views, hosts and bindings.
  miniprogram_pricing_bytes_max: 96 * 1024,
  miniprogram_default_bytes_max: 110 * 1024,
  // The JavaScript twin, for a subpackage.
  twin_bytes_max: 600 * 1024,
  twin_brotli_bytes_max: 120 * 1024,
  // The memory that every instance takes before the first call.
  initial_memory_bytes_max: 512 * 1024,
};
