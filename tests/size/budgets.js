// What the shipped files may weigh, in bytes. A budget is raised by hand and with a reason.
export const budgets = {
  // Fits the first screen of a slow phone: with the rules book it must stay below 64 KB in all.
  wasm_brotli_bytes_max: 26 * 1024,
  // The memory that every instance takes before the first call.
  initial_memory_bytes_max: 512 * 1024,
};
