// What the shipped files may weigh, in bytes. A budget is raised by hand and with a reason.
export const budgets = {
  // Fits the first screen of a slow phone: with the rules book it must stay below 64 KB in all.
  // The goal for this range of rules is 26 KB. The codec weighs as much as the engine and is where
  // the next bytes are; until then this number only keeps it from growing.
  wasm_brotli_bytes_max: 70 * 1024,
  // The memory that every instance takes before the first call.
  initial_memory_bytes_max: 512 * 1024,
};
