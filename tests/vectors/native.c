/* Answers requests on standard input: u32 LE size and bytes each, replies likewise; the size of a
 * request that was not understood is UINT32_MAX. */
#include <stdio.h>
#include <stdlib.h>

#include "answer.h"

int main(void) {
  static uint8_t request[1 << 20], reply[VECTOR_REPLY_MAX];
  uint32_t size;
  while (fread(&size, sizeof size, 1, stdin) == 1) {
    if (size > sizeof request || fread(request, 1, size, stdin) != size) return EXIT_FAILURE;
    int32_t answered = vector_answer(request, size, reply);
    fwrite(&answered, sizeof answered, 1, stdout);
    if (answered > 0) fwrite(reply, 1, (size_t)answered, stdout);
  }
  return EXIT_SUCCESS;
}
