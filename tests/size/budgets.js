// What the shipped files may weigh, in bytes. A budget is raised by hand and with a reason.
export const budgets = {
  // The whole rule language and, with 7,700 bytes, the signed protocol in one module. The goal for
  // all of it is 50 KB; the readers of books, the search and the gives are where the next bytes
  // are. Until then this number keeps it from growing.
  wasm_brotli_bytes_max: 77_700,
  // The memory that every instance takes before the first call.
  initial_memory_bytes_max: 512 * 1024,
};
