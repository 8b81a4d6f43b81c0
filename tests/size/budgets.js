// What the shipped files may weigh, in bytes. A budget is raised by hand and with a reason.
export const budgets = {
  // The whole rule language in one module. The goal for all of it is 42 KB; the readers of books,
  // the search and the gives are where the next bytes are. Until then this number keeps it from
  // growing.
  wasm_brotli_bytes_max: 73_400,
  // The memory that every instance takes before the first call.
  initial_memory_bytes_max: 512 * 1024,
};
