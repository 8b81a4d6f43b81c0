/* What test vectors ask of the primitives that no verb shows by itself. One request is one byte
 * that says what, then fields: u32 LE size and bytes. */
#ifndef SP_TESTS_VECTORS_ANSWER_H
#define SP_TESTS_VECTORS_ANSWER_H

#include <stdint.h>

#define VECTOR_REPLY_MAX 8192

/* Writes the reply and returns its size; -1 for a request that is not understood. */
int32_t vector_answer(const uint8_t *request, uint32_t size, uint8_t *reply);

#endif
