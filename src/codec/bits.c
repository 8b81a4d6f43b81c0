#include "codec/bits.h"

bit_reader bits_of(sp_text bytes) {
  const uint8_t *at = (const uint8_t *)bytes.ptr;
  return (bit_reader){at, at + bytes.size, 0, 0, 0};
}

bool bits_over(const bit_reader *r) {
  return 8 * r->beyond > r->held;
}

static void fill(bit_reader *r) {
  while (r->held <= 24) {
    uint32_t byte = 0;
    if (r->at < r->end) {
      byte = *r->at++;
    } else {
      r->beyond++;
    }
    r->window |= byte << (24 - r->held);
    r->held += 8;
  }
}

uint32_t bits_take(bit_reader *r, uint32_t count) {
  if (!count) return 0;
  if (r->held < count) fill(r);
  uint32_t value = r->window >> (32 - count);
  r->window <<= count;
  r->held -= count;
  return value;
}

uint32_t bits_ones(bit_reader *r, uint32_t most) {
  uint32_t count = 0;
  for (;;) {
    if (r->held < 17) fill(r);
    // Seventeen bits at least are there; ones that are not held are zeros.
    uint32_t run = ~r->window ? (uint32_t)__builtin_clz(~r->window) : 32;
    if (run > r->held) run = r->held;
    if (run < r->held) {
      count += run;
      r->window = run < 31 ? r->window << (run + 1) : 0;
      r->held -= run + 1;
      return count < most ? count : most;
    }
    count += run;
    r->window = 0;
    r->held = 0;
    if (count > most) return most;
  }
}

uint32_t bits_gamma(bit_reader *r) {
  uint32_t size = bits_ones(r, 16);
  if (size >= 16) return 0;
  return 1u << size | bits_take(r, size);
}

uint32_t bits_rice_shift(uint32_t range, uint32_t count) {
  uint32_t shift = 0;
  // ln 2 = 0.69 of the mean gap is where a longer rest costs as much as it saves.
  while (shift < 15 && (uint64_t)(count + 1) << (shift + 1) <= (uint64_t)range * 69 / 100)
    shift++;
  return shift;
}
