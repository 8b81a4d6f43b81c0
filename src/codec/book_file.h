/* The container SPB1 of a published book: src/README.md §1. Lengths and hashes are checked here;
 * who signed it is not, that is the business of whoever opens it. */
#ifndef SP_CODEC_BOOK_FILE_H
#define SP_CODEC_BOOK_FILE_H

#include "codec/report.h"

typedef struct {
  sp_text manifest; /* its bytes; the book's digest is taken of them */
  sp_text shop;
  int64_t version;
  sp_text catalog, rules; /* bytes of the parts; text is bound by hash and not read */
} book_file;

/* False with a reason in the report. What `out` names lives in bytes, the shop in report->keep. */
bool book_file_in(sp_text bytes, sp_arena *scratch, sp_report *report, book_file *out);

#endif
